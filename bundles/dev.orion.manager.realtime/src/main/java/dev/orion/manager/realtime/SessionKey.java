// SPDX-License-Identifier: Apache-2.0
package dev.orion.manager.realtime;

import dev.orion.client.SessionSpec;
import java.util.Set;

/**
 * What finds a session again: nobody gets another user's by its name, nor one that was opened, and
 * has gathered messages, with other roles.
 */
record SessionKey(String protocol, String user, Set<String> roles, String name) {

    SessionKey {
        roles = Set.copyOf(roles);
    }

    static SessionKey of(SessionSpec spec) {
        return new SessionKey(
                spec.client().transport(),
                spec.client().user(),
                spec.client().roles(),
                spec.name());
    }
}
