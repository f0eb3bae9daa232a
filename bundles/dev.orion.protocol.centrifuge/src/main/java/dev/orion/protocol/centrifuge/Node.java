// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.centrifuge;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.UUID;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.slf4j.LoggerFactory;

/** This process as clients and the server API see it. Visible to this bundle only. */
@Component(service = Node.class)
public final class Node {

    private static final String BUNDLE = "dev.orion.protocol.centrifuge";

    private final String id = UUID.randomUUID().toString();
    private final String version = readVersion();
    private final long startedNanos = System.nanoTime();

    @Activate
    public Node() {}

    /** Random, another one at each start. */
    String id() {
        return id;
    }

    /** {@code Orion} and the bundle's version; empty outside a bundle. */
    String version() {
        return version;
    }

    Duration uptime() {
        return Duration.ofNanos(System.nanoTime() - startedNanos);
    }

    private static String readVersion() {
        try (InputStream in = Node.class.getResourceAsStream("/META-INF/MANIFEST.MF")) {
            if (in == null) {
                return "";
            }
            Attributes headers = new Manifest(in).getMainAttributes();
            boolean isOurs = BUNDLE.equals(headers.getValue("Bundle-SymbolicName"));
            return isOurs ? "Orion " + headers.getValue("Bundle-Version") : "";
        } catch (IOException unreadable) {
            LoggerFactory.getLogger(BUNDLE)
                    .atWarn()
                    .setCause(unreadable)
                    .log("Manifest of the bundle is not readable");
            return "";
        }
    }
}
