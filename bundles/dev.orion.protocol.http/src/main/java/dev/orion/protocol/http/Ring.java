// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Things that come and go often, in the order in which they came: to add one costs one small
 * object, to remove it nothing. A hash set would make an identity hash for each.
 *
 * <p><b>Threads:</b> one.
 */
final class Ring<T> {

    private final Place<T> ends = new Place<>(null);

    /** Adds a thing; what is returned is what removes it. */
    Place<T> add(T thing) {
        var place = new Place<>(thing);
        place.next = ends;
        place.previous = ends.previous;
        ends.previous.next = place;
        ends.previous = place;
        return place;
    }

    /** Removes a thing. Calling it again does nothing. */
    void remove(Place<T> place) {
        place.previous.next = place.next;
        place.next.previous = place.previous;
        place.previous = place;
        place.next = place;
    }

    boolean isEmpty() {
        return ends.next == ends;
    }

    /** Those that are there now, whatever becomes of them while somebody goes through the list. */
    List<T> now() {
        var things = new ArrayList<T>();
        for (Place<T> place = ends.next; place != ends; place = place.next) {
            things.add(place.thing);
        }
        return things;
    }

    /** Where a thing is. */
    static final class Place<T> {

        private final T thing;
        private Place<T> previous = this;
        private Place<T> next = this;

        private Place(T thing) {
            this.thing = thing;
        }

        /** The thing, while it is there. */
        Stream<T> thing() {
            return next == this ? Stream.empty() : Stream.of(thing);
        }
    }
}
