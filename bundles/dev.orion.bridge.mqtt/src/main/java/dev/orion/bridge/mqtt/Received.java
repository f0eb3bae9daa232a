// SPDX-License-Identifier: Apache-2.0
package dev.orion.bridge.mqtt;

import dev.orion.message.Publication;

/**
 * What the other broker has sent.
 *
 * @param id by which it is acknowledged; 0 where it is not
 */
record Received(int id, String topic, Publication publication) {}
