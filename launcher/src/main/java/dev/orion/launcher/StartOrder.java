// SPDX-License-Identifier: Apache-2.0
package dev.orion.launcher;

import java.util.Set;

/** What kind of bundle a symbolic name stands for, which decides when it is started. */
final class StartOrder {

    private static final Set<String> INTERACTIVE =
            Set.of("org.apache.felix.gogo.jline", "org.jline");

    private StartOrder() {}

    static BundleIndex.Kind kind(String symbolicName) {
        if (INTERACTIVE.contains(symbolicName)) {
            return BundleIndex.Kind.INTERACTIVE;
        }
        if (symbolicName.startsWith("org.apache.felix.gogo.")
                || symbolicName.equals("dev.orion.shell")) {
            return BundleIndex.Kind.SHELL;
        }
        if (symbolicName.equals("org.apache.felix.fileinstall")) {
            return BundleIndex.Kind.DEPLOYER;
        }
        if (symbolicName.startsWith("dev.orion.store.")) {
            return BundleIndex.Kind.STORE;
        }
        if (symbolicName.startsWith("dev.orion.") && !symbolicName.endsWith(".api")) {
            return BundleIndex.Kind.OURS;
        }
        return BundleIndex.Kind.BASE;
    }
}
