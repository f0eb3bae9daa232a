// SPDX-License-Identifier: Apache-2.0
package dev.orion.hotdeploy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.resource.Namespace;

/** Says in one line why something did not work. */
final class Reasons {

    private static final int MAX_CHARS = 600;
    private static final Pattern PACKAGE = Pattern.compile("\\(osgi\\.wiring\\.package=([^)]+)\\)");
    private static final Pattern AT_LEAST =
            Pattern.compile("(?<!\\(!)\\([a-z-]*version>=([^)]+)\\)");
    private static final Pattern BELOW = Pattern.compile("\\(!\\([a-z-]*version>=([^)]+)\\)\\)");
    private static final Pattern AT_MOST =
            Pattern.compile("(?<!\\(!)\\([a-z-]*version<=([^)]+)\\)");

    private Reasons() {}

    /** What a bundle needs that nobody offers; empty when everything is offered by somebody. */
    static String missing(Bundle bundle, FrameworkWiring wiring) {
        List<String> missing = new ArrayList<>();
        for (BundleRequirement need :
                bundle.adapt(BundleRevision.class).getDeclaredRequirements(null)) {
            if (isMandatory(need) && wiring.findProviders(need).isEmpty()) {
                missing.add(describe(need.getNamespace(), need.toString()));
            }
        }
        return missing.isEmpty() ? "" : "missing " + String.join(", ", missing);
    }

    /** Bundles that offer something to {@code bundle} but cannot be resolved themselves. */
    static String unresolvedProviders(Bundle bundle, FrameworkWiring wiring) {
        List<String> unresolved = new ArrayList<>();
        for (BundleRequirement need :
                bundle.adapt(BundleRevision.class).getDeclaredRequirements(null)) {
            Collection<BundleCapability> offers = wiring.findProviders(need);
            if (isMandatory(need) && offers.stream().allMatch(Reasons::isUnresolved)) {
                offers.forEach(
                        offer -> unresolved.add(offer.getRevision().getBundle().getSymbolicName()));
            }
        }
        return unresolved.isEmpty()
                ? ""
                : "needs " + String.join(", ", unresolved) + ", which is not resolved";
    }

    /** The innermost cause, and where it was thrown. */
    static String failure(Throwable thrown) {
        Throwable cause = thrown;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        StackTraceElement[] trace = cause.getStackTrace();
        String where = trace.length == 0 ? "" : " at " + trace[0];
        return oneLine(cause) + where;
    }

    static String oneLine(Throwable thrown) {
        String message = thrown.getMessage();
        String text =
                message == null || message.isBlank()
                        ? thrown.getClass().getSimpleName()
                        : thrown.getClass().getSimpleName() + ": " + message;
        String line = text.replaceAll("\\s+", " ");
        return line.length() <= MAX_CHARS ? line : line.substring(0, MAX_CHARS) + "…";
    }

    /** Reads a resolver's filter back into the words of a manifest. */
    static String describe(String namespace, String requirement) {
        Matcher name = PACKAGE.matcher(requirement);
        if (!namespace.equals(PackageNamespace.PACKAGE_NAMESPACE) || !name.find()) {
            int filter = requirement.indexOf(namespace);
            return filter < 0 ? requirement : requirement.substring(filter);
        }
        return "package " + name.group(1) + range(requirement);
    }

    private static String range(String filter) {
        Matcher from = AT_LEAST.matcher(filter);
        Matcher below = BELOW.matcher(filter);
        Matcher atMost = AT_MOST.matcher(filter);
        String low = from.find() ? from.group(1) : "";
        if (below.find()) {
            return " [" + low + "," + below.group(1) + ")";
        }
        if (atMost.find()) {
            return " [" + low + "," + atMost.group(1) + "]";
        }
        return low.isEmpty() ? "" : " " + low + " or higher";
    }

    private static boolean isMandatory(BundleRequirement need) {
        String effective =
                need.getDirectives()
                        .getOrDefault(
                                Namespace.REQUIREMENT_EFFECTIVE_DIRECTIVE,
                                Namespace.EFFECTIVE_RESOLVE);
        return effective.equals(Namespace.EFFECTIVE_RESOLVE)
                && !Constants.RESOLUTION_OPTIONAL.equals(
                        need.getDirectives().get(Constants.RESOLUTION_DIRECTIVE));
    }

    private static boolean isUnresolved(BundleCapability offer) {
        return offer.getRevision().getWiring() == null;
    }
}
