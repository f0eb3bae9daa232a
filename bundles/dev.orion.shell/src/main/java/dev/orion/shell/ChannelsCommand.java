// SPDX-License-Identifier: Apache-2.0
package dev.orion.shell;

import dev.orion.message.ChannelPattern;
import dev.orion.realtime.ChannelInfo;
import dev.orion.realtime.RealtimeManager;
import java.util.List;
import java.util.Optional;
import org.apache.felix.service.command.Function;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;

/** {@code channels}: those with subscribers or with kept messages. */
@Component(service = Function.class)
@Command(function = "channels")
public final class ChannelsCommand extends ShellCommand {

    private static final Table<ChannelInfo> TABLE =
            new Table<ChannelInfo>()
                    .with("name", ChannelInfo::name)
                    .with("kind", ChannelInfo::kind)
                    .with("rules", ChannelInfo::rules)
                    .with("subscribers", ChannelInfo::subscribers)
                    .with("history", ChannelInfo::history)
                    .with("offset", channel -> channel.top().offset())
                    .with("epoch", channel -> channel.top().epoch());

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile RealtimeManager realtime;

    public ChannelsCommand() {
        super(
                "channels [PATTERN] [--json]",
                "Shows the live channels, all or those of a pattern such as 'chat/#'.");
    }

    @Override
    void run(Arguments arguments, Output output) {
        Optional<ChannelPattern> pattern = arguments.word().map(ChannelPattern::parse);
        List<ChannelInfo> wanted =
                available(realtime, "real-time manager").channels().stream()
                        .filter(one -> pattern.map(set -> set.matches(one.name())).orElse(true))
                        .toList();
        output.table(arguments, TABLE, wanted);
    }
}
