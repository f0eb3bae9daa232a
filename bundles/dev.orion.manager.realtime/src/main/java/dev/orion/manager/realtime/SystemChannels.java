// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import dev.orion.access.ServerKeys;
import dev.orion.message.ChannelPattern;
import dev.orion.realtime.Allowed;
import dev.orion.realtime.ChannelKind;
import dev.orion.realtime.ChannelRules;
import dev.orion.realtime.SlowPolicy;
import java.time.Duration;
import java.util.Optional;

/** The channels that Orion itself publishes on, by rules that no configuration changes. */
final class SystemChannels {

    /** In an optional, because that is what each look-up of rules answers with. */
    static final Optional<ChannelRules> RULES =
            Optional.of(
                    new ChannelRules(
                            "$sys",
                            ChannelPattern.parse("$sys/#"),
                            ChannelKind.SYSTEM,
                            0,
                            Duration.ZERO,
                            false,
                            false,
                            false,
                            65_536,
                            0,
                            SlowPolicy.DROP_OLDEST,
                            new Allowed.None(),
                            new Allowed.Role(ServerKeys.ADMIN_ROLE)));

    private static final String LEVEL = "$sys";

    private SystemChannels() {}

    /** Whether a channel, or every channel of a pattern, is one of them. */
    static boolean contains(String name) {
        return name.startsWith(LEVEL)
                && (name.length() == LEVEL.length() || name.charAt(LEVEL.length()) == '/');
    }
}
