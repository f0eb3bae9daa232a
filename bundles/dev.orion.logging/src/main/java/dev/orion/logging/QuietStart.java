// SPDX-License-Identifier: Apache-2.0
package dev.orion.logging;

import static ch.qos.logback.classic.spi.Configurator.ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
import static ch.qos.logback.classic.spi.Configurator.ExecutionStatus.INVOKE_NEXT_IF_ANY;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.core.spi.ContextAwareBase;

/**
 * Keeps Logback from looking for configuration files while {@link OrionLog} sets it up; that search
 * costs more than the rest of the set-up.
 *
 * <p>In a host that never calls {@link OrionLog} it stands aside, so the host's files count.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_TOP_PRIORITY)
public final class QuietStart extends ContextAwareBase implements Configurator {

    /** Static because Logback's service loader makes the instance. */
    private static final ThreadLocal<Boolean> ACTIVE = ThreadLocal.withInitial(() -> false);

    static void during(Runnable setUp) {
        ACTIVE.set(true);
        try {
            setUp.run();
        } finally {
            ACTIVE.remove();
        }
    }

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        return ACTIVE.get() ? DO_NOT_INVOKE_NEXT_IF_ANY : INVOKE_NEXT_IF_ANY;
    }
}
