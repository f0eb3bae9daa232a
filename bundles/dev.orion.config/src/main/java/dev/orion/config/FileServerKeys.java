// SPDX-License-Identifier: Apache-2.0
package dev.orion.config;

import dev.orion.access.ServerKeys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.AttributeType;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of the configuration or, where it has none, of files that the first start makes.
 *
 * <p>Begins with the first configuration that is applied, so no file is made while a key is still
 * on its way; {@link FileConfigurations} sees to it that there always is one.
 */
@Component(
        configurationPid = FileServerKeys.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        immediate = true)
@Designate(ocd = FileServerKeys.Config.class)
public final class FileServerKeys implements ServerKeys {

    static final String PID = "dev.orion.server";

    private static final Logger LOG = LoggerFactory.getLogger("dev.orion.config");

    @ObjectClassDefinition(name = "Keys of the server API and the administration")
    @interface Config {

        @AttributeDefinition(
                type = AttributeType.PASSWORD,
                description = "The key that opens /api; from conf/api.key where it is empty.")
        String apiKey() default "";

        @AttributeDefinition(
                type = AttributeType.PASSWORD,
                description =
                        "The key that opens /admin and gives a client the role admin; from"
                                + " conf/admin.key where it is empty.")
        String adminKey() default "";
    }

    private final Path directory;

    // Empty opens nothing.
    private volatile byte[] apiKey;
    private volatile byte[] adminKey;

    @Activate
    public FileServerKeys(BundleContext context, Config config) {
        this(
                Inputs.of(context::getProperty).home().resolve("conf"),
                config.apiKey(),
                config.adminKey());
    }

    FileServerKeys(Path directory, String apiKey, String adminKey) { // for tests
        this.directory = directory;
        this.apiKey = bytes(apiKey, "api.key");
        this.adminKey = bytes(adminKey, "admin.key");
    }

    /** Swaps the keys; a new instance would restart the API for nothing. */
    @Modified
    void modified(Config config) {
        apiKey = bytes(config.apiKey(), "api.key");
        adminKey = bytes(config.adminKey(), "admin.key");
    }

    @Override
    public boolean opensApi(String candidate) {
        return opens(apiKey, candidate);
    }

    @Override
    public boolean opensAdmin(String candidate) {
        return opens(adminKey, candidate);
    }

    private static boolean opens(byte[] key, String candidate) {
        return key.length > 0
                && MessageDigest.isEqual(candidate.getBytes(StandardCharsets.UTF_8), key);
    }

    private byte[] bytes(String configured, String file) {
        String key = configured.isBlank() ? fromFile(file).orElse("") : configured;
        return key.getBytes(StandardCharsets.UTF_8);
    }

    private Optional<String> fromFile(String name) {
        Path path = directory.resolve(name);
        var file = new KeyFile(path);
        try {
            String key = file.read();
            if (file.isOpenToOthers()) {
                LOG.atWarn().addKeyValue("file", path).log("Key file is readable by others");
            }
            return Optional.of(key);
        } catch (IOException broken) {
            LOG.atError()
                    .addKeyValue("file", path)
                    .addKeyValue("reason", broken)
                    .log("Key file cannot be used, what it opens stays closed");
            return Optional.empty();
        }
    }
}
