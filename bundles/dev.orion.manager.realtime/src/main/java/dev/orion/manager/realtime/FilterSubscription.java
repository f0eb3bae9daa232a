// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import dev.orion.client.Filter;
import dev.orion.client.FilterOptions;
import dev.orion.message.Message;
import dev.orion.message.Qos;
import java.util.List;

/** One session's subscription with one filter; made and ended by {@link Filters}. */
final class FilterSubscription extends Seat implements Terms {

    final Filter filter;

    private final FilterEntry entry;
    private volatile FilterOptions options;

    /** Who gets the same bytes; null while no connection has the session. Written by the lane. */
    private volatile Audience audience;

    /** Those of the session that it is to come together with; null where it overlaps none. */
    private volatile Overlap overlap;

    FilterSubscription(Filter filter, Inbox inbox, FilterEntry entry, FilterOptions options) {
        super(inbox);
        this.filter = filter;
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

    Overlap overlap() {
        return overlap;
    }

    void overlap(Overlap found) {
        overlap = found;
    }

    @Override
    public Qos effective(Message message) {
        return message.publication().qos().atMost(options.qos());
    }

    @Override
    public boolean retainAsPublished() {
        return options.retainAsPublished();
    }

    @Override
    public List<Integer> ids() {
        return options.ids();
    }

    @Override
    public FilterSubscription shared() {
        return isShared() ? this : null;
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
