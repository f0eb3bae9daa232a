// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import dev.orion.configuration.Durations;
import dev.orion.message.ChannelPattern;
import dev.orion.realtime.Allowed;
import dev.orion.realtime.ChannelKind;
import dev.orion.realtime.ChannelRules;
import dev.orion.realtime.SlowPolicy;
import java.util.Locale;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/**
 * The rules of one {@code dev.orion.channel~NAME}.
 *
 * <p>A changed configuration changes the rules in place: the channels must not lose their history
 * in between.
 */
@Component(
        service = ConfiguredRules.class,
        configurationPid = ConfiguredRules.PID,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = ConfiguredRules.Config.class, factory = true)
public final class ConfiguredRules {

    static final String PID = "dev.orion.channel";

    @ObjectClassDefinition(
            name = "Channels of a pattern",
            description = "How the channels of a pattern behave; the most special pattern rules.")
    @interface Config {

        @AttributeDefinition(description = "Channel names; + is one level, # is the rest.")
        String pattern();

        @AttributeDefinition(
                description = "public: by subscription; broadcast: to every client.",
                options = {@Option("public"), @Option("broadcast")})
        String kind() default "public";

        @AttributeDefinition(description = "Messages kept; 0 for none.", min = "0", max = "100000")
        int history() default 0;

        @AttributeDefinition(description = "How long a message is kept; 0s for no limit.")
        String historyTtl() default "0s";

        @AttributeDefinition(
                description = "Whether the last message that was published so is retained.")
        boolean retain() default true;

        @AttributeDefinition(description = "Whether it can be asked who is subscribed.")
        boolean presence() default false;

        @AttributeDefinition(
                description = "Whether subscribers that ask for it see others come and go.")
        boolean joinLeave() default false;

        @AttributeDefinition(description = "The longest payload in bytes.", min = "1")
        int maxMessageBytes() default 65_536;

        @AttributeDefinition(
                description = "Publications of one client, as in 100/s; 0/s for no limit.")
        String rate() default "0/s";

        @AttributeDefinition(
                description = "What happens to a subscriber that reads too slowly.",
                options = {@Option("disconnect"), @Option("drop-oldest"), @Option("latest")})
        String slow() default "disconnect";

        @AttributeDefinition(
                description =
                        "Which clients may publish: any, none, role:NAME or user:NAME;"
                                + " by default any, for broadcast role:publisher.")
        String publish() default "";

        @AttributeDefinition(
                description = "Which clients may subscribe: any, none, role:NAME or user:NAME.")
        String subscribe() default "any";
    }

    private volatile ChannelRules rules;

    @Activate
    public ConfiguredRules(Config config, Map<String, Object> properties) {
        modified(config, properties);
    }

    @Modified
    void modified(Config config, Map<String, Object> properties) {
        String pid = String.valueOf(properties.get("service.pid"));
        this.rules = rules(pid.substring(pid.indexOf('~') + 1), config);
    }

    ChannelRules rules() {
        return rules;
    }

    static ChannelRules rules(String name, Config config) {
        ChannelKind kind = ChannelKind.valueOf(config.kind().toUpperCase(Locale.ROOT));
        String publish = config.publish();
        if (publish.isEmpty()) {
            publish = kind == ChannelKind.BROADCAST ? "role:publisher" : "any";
        }
        return new ChannelRules(
                name,
                ChannelPattern.parse(config.pattern()),
                kind,
                config.history(),
                Durations.parse(config.historyTtl()),
                config.retain(),
                config.presence(),
                config.joinLeave(),
                config.maxMessageBytes(),
                perSecond(config.rate()),
                SlowPolicy.valueOf(config.slow().toUpperCase(Locale.ROOT).replace('-', '_')),
                Allowed.parse(publish),
                Allowed.parse(config.subscribe()));
    }

    /**
     * Reads {@code 100/s} or {@code 30/m}.
     *
     * @throws IllegalArgumentException when {@code rate} has another form
     */
    static double perSecond(String rate) {
        if (!rate.matches("[0-9]{1,9}/[smh]")) {
            throw new IllegalArgumentException(
                    "rate: " + rate + " (expected: a number and /s, /m or /h, as in 100/s)");
        }
        double count = Double.parseDouble(rate.substring(0, rate.length() - 2));
        return switch (rate.charAt(rate.length() - 1)) {
            case 's' -> count;
            case 'm' -> count / 60;
            default -> count / 3600;
        };
    }
}
