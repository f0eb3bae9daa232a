// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import io.netty.channel.ConnectTimeoutException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.concurrent.RejectedExecutionException;

/** Why something could not be reached, in a few words, whatever the transport calls it. */
final class Unreachable {

    private Unreachable() {}

    static String reason(Throwable cause) {
        if (cause instanceof UnknownHostException) {
            return "the name is not known";
        }
        if (cause instanceof ConnectTimeoutException) {
            return "timed out";
        }
        if (cause instanceof RejectedExecutionException) {
            return "too many names are being looked up";
        }
        String text = String.valueOf(cause.getMessage());
        String lower = text.toLowerCase(Locale.ROOT);
        for (String known :
                new String[] {"connection refused", "network is unreachable", "no route to host"}) {
            if (lower.contains(known)) {
                return known;
            }
        }
        return text.lines().findFirst().orElse(cause.getClass().getSimpleName());
    }
}
