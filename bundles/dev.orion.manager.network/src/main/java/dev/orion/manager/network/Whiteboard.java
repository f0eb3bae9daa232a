// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.network;

import static org.osgi.service.component.annotations.ReferenceCardinality.MULTIPLE;
import static org.osgi.service.component.annotations.ReferencePolicy.DYNAMIC;
import static org.osgi.service.component.annotations.ReferencePolicyOption.GREEDY;

import dev.orion.net.ConnectionListener;
import dev.orion.net.ListensTo;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Finds the listeners of connections.
 *
 * <p>A component beside the network manager, so that a listener may refer to that. With methods and
 * not a replaced field, because connections that are open learn from the call that bytes are to be
 * counted from now on, and mailboxes that nobody may call their listener any more.
 */
@Component(
        immediate = true,
        service = {})
public final class Whiteboard {

    private final DefaultNetworkManager manager;

    @Activate
    public Whiteboard(@Reference DefaultNetworkManager manager) {
        this.manager = manager;
    }

    @Reference(cardinality = MULTIPLE, policy = DYNAMIC, policyOption = GREEDY)
    void addListener(ConnectionListener listener, Map<String, Object> properties) {
        manager.add(listener, wantsData(properties.get(ListensTo.PROPERTY)));
    }

    void removeListener(ConnectionListener listener) {
        manager.remove(listener);
    }

    /** Whether the service property, a text or several, names {@link ListensTo#DATA}. */
    static boolean wantsData(Object property) {
        if (property instanceof String[] words) {
            return Arrays.asList(words).contains(ListensTo.DATA);
        }
        if (property instanceof Collection<?> words) {
            return words.contains(ListensTo.DATA);
        }
        return ListensTo.DATA.equals(property);
    }
}
