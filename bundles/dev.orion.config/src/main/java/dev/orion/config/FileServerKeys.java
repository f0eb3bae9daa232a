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
 * The keys of the configuration or, where it has none, of a file that the first start makes.
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

    @ObjectClassDefinition(name = "Server API")
    @interface Config {

        @AttributeDefinition(
                type = AttributeType.PASSWORD,
                description = "The key that opens /api; from conf/api.key where it is empty.")
        String apiKey() default "";
    }

    private final Path directory;

    /** Empty opens nothing. */
    private volatile byte[] apiKey;

    @Activate
    public FileServerKeys(BundleContext context, Config config) {
        this(Inputs.of(context::getProperty).home().resolve("conf"), config.apiKey());
    }

    FileServerKeys(Path directory, String apiKey) { // for tests
        this.directory = directory;
        this.apiKey = bytes(apiKey);
    }

    /** Swaps the key; a new instance would restart the API for nothing. */
    @Modified
    void modified(Config config) {
        apiKey = bytes(config.apiKey());
    }

    @Override
    public boolean opensApi(String candidate) {
        byte[] key = apiKey;
        return key.length > 0
                && MessageDigest.isEqual(candidate.getBytes(StandardCharsets.UTF_8), key);
    }

    private byte[] bytes(String configured) {
        String key = configured.isBlank() ? fromFile().orElse("") : configured;
        return key.getBytes(StandardCharsets.UTF_8);
    }

    private Optional<String> fromFile() {
        Path path = directory.resolve("api.key");
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
                    .log("Key file cannot be used, the server API stays closed");
            return Optional.empty();
        }
    }
}
