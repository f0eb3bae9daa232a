// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import dev.orion.client.Reply;
import dev.orion.realtime.StreamPosition;
import io.netty.util.collection.IntObjectHashMap;
import java.util.ArrayList;
import java.util.List;

/**
 * Under which ids a peer has published what it may publish again until it releases them.
 *
 * <p><b>Threads:</b> guarded by the session's lock; replies come back to be called outside it.
 */
final class InboundIds {

    private IntObjectHashMap<Place> places; // made for the first; most sessions have none

    /**
     * Says what to do with a publication.
     *
     * @param again answers it, if it waits for the first one of its id
     */
    Begin begin(int id, Reply<StreamPosition> again) {
        Place place = places == null ? null : places.get(id);
        if (place == null) {
            return new Begin(add(id), null);
        }
        if (place.position == null) {
            place.waiting = place.waiting == null ? new ArrayList<>(1) : place.waiting;
            place.waiting.add(again);
        }
        return new Begin(null, place.position);
    }

    private Place add(int id) {
        if (places == null) {
            places = new IntObjectHashMap<>(4);
        }
        var place = new Place();
        places.put(id, place);
        return place;
    }

    /** Remembers an id of an earlier life. */
    Place restore(int id) {
        Place place = add(id);
        place.position = StreamPosition.NONE;
        return place;
    }

    /** The publication is safe; returns who else waits for that. */
    List<Reply<StreamPosition>> done(Place place, StreamPosition position) {
        place.position = position;
        return place.takeWaiting();
    }

    /** The publication was refused, so that its id is free; returns who else waits for that. */
    List<Reply<StreamPosition>> refused(int id, Place place) {
        remove(id, place);
        return place.takeWaiting();
    }

    /** Forgets an id; whether there was something to forget. */
    boolean remove(int id) {
        Place place = places == null ? null : places.get(id);
        return place != null && place.position != null && remove(id, place);
    }

    private boolean remove(int id, Place place) {
        if (places == null || places.get(id) != place) {
            return false;
        }
        places.remove(id);
        if (places.isEmpty()) {
            places = null;
        }
        return true;
    }

    int size() {
        return places == null ? 0 : places.size();
    }

    /** The ids that are remembered. */
    List<Integer> all() {
        return places == null ? List.of() : List.copyOf(places.keySet());
    }

    /**
     * What to do with a publication.
     *
     * @param place where it is to be published now; null where that was done before
     * @param position where it was published; null while it is on its way
     */
    record Begin(Place place, StreamPosition position) {}

    /** What has become of the publication of one id. */
    static final class Place {
        private StreamPosition position; // null until it is safe
        private List<Reply<StreamPosition>> waiting;

        private List<Reply<StreamPosition>> takeWaiting() {
            List<Reply<StreamPosition>> taken = waiting == null ? List.of() : waiting;
            waiting = null;
            return taken;
        }
    }
}
