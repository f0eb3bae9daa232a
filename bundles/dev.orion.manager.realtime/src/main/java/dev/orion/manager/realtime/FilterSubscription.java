// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import dev.orion.client.Filter;
import dev.orion.client.FilterOptions;
import dev.orion.message.Message;
import dev.orion.message.Qos;

/** One session's subscription with one filter; made and ended by {@link Filters}. */
final class FilterSubscription {

    final Filter filter;
    final Inbox inbox;

    private final FilterEntry entry;
    private volatile FilterOptions options;

    /** Who gets the same bytes; null while no connection has the session. Written by the lane. */
    private volatile Audience audience;

    /** What the audience writes to. The lane's thread. */
    Delivery delivery;

    /** Its place in the audience's array; -1 while it has none. The lane's thread. */
    int index = -1;

    FilterSubscription(Filter filter, Inbox inbox, FilterEntry entry, FilterOptions options) {
        this.filter = filter;
        this.inbox = inbox;
        this.entry = entry;
        this.options = options;
    }

    FilterOptions options() {
        return options;
    }

    void options(FilterOptions other) {
        options = other;
    }

    FilterEntry entry() {
        return entry;
    }

    Audience audience() {
        return audience;
    }

    void audience(Audience other) {
        audience = other;
    }

    /** How surely this subscription is to get a message. */
    Qos effective(Message message) {
        return message.publication().qos().atMost(options.qos());
    }

    /** Whether it does not want a message because its own session has published it. */
    boolean isOwn(Message message) {
        return options.noLocal() && message.origin().client().equals(inbox.clientId());
    }

    /** Whether it begins with what its channels retain. */
    boolean wantsRetained(boolean isNew) {
        return !isShared()
                && switch (options.retained()) {
                    case ALL -> true;
                    case IF_NEW -> isNew;
                    case NONE -> false;
                };
    }

    /** Whether it wants some messages kept until they are acknowledged. */
    boolean isSure() {
        return options.qos() != Qos.AT_MOST_ONCE;
    }

    boolean isShared() {
        return !filter.share().isEmpty();
    }
}
