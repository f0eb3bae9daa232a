// SPDX-License-Identifier: Apache-2.0
package dev.orion.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Version;

class InstalledDefinitionsTest {

    private static final String XML =
            """
            <metatype:MetaData xmlns:metatype="http://www.osgi.org/xmlns/metatype/v1.3.0">
              <OCD id="some" name="Some"><AD id="size" type="Integer" default="1"/></OCD>
              <Designate pid="some.pid"><Object ocdref="some"/></Designate>
            </metatype:MetaData>
            """;

    @TempDir Path folder;

    /**
     * What resolves a bundle locks out the thread that starts others meanwhile, which Felix then
     * does not start. Of a bundle's content only {@code getEntryPaths} and {@code getEntry} do not.
     */
    @Test
    void readsBundlesThatAreNotResolvedAndLeavesThemSo() throws Exception {
        URL file = Files.writeString(folder.resolve("some.xml"), XML).toUri().toURL();
        Bundle bundle =
                fake(
                        Bundle.class,
                        (proxy, method, arguments) ->
                                switch (method.getName()) {
                                    case "getBundleId", "getLastModified" -> 1L;
                                    case "getState" -> Bundle.INSTALLED;
                                    case "getSymbolicName" -> "some";
                                    case "getVersion" -> Version.emptyVersion;
                                    case "getEntryPaths" ->
                                            Collections.enumeration(
                                                    List.of(
                                                            "OSGI-INF/metatype/l10n/",
                                                            "OSGI-INF/metatype/some.xml"));
                                    case "getEntry" -> file;
                                    default -> throw new AssertionError(method + " may resolve");
                                });
        BundleContext context =
                fake(BundleContext.class, (proxy, method, arguments) -> new Bundle[] {bundle});

        assertThat(new InstalledDefinitions(context).all()).containsOnlyKeys("some.pid");
    }

    private static <T> T fake(Class<T> type, InvocationHandler answers) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, answers));
    }
}
