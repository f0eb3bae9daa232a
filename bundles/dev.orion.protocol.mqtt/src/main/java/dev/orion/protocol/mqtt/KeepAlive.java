// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.mqtt;

import dev.orion.net.CloseReason;
import dev.orion.protocol.Wheel;
import java.time.Duration;

/**
 * Notices a silent client: no CONNECT in time, or nothing for one and a half times the keep alive
 * (MQTT-3.1.2-22). What the server itself does not read does not count.
 *
 * <p><b>Threads:</b> the connection's event loop.
 */
final class KeepAlive extends Wheel.Entry {

    private static final long LIMIT_MILLIS_PER_SECOND = 1500;

    private final MqttConnection connection;
    private final Wheel wheel;
    private long limitMs; // 0 until the session is open, and where there is none
    private long heardAtMs;

    KeepAlive(MqttConnection connection, Wheel wheel) {
        this.connection = connection;
        this.wheel = wheel;
    }

    void awaitConnect(Duration timeout) {
        wheel.schedule(this, timeout.toMillis());
    }

    /**
     * The session is open.
     *
     * @param seconds 0 for a client that may be silent
     */
    void begin(int seconds) {
        limitMs = seconds * LIMIT_MILLIS_PER_SECOND;
        heard();
        if (limitMs == 0) {
            stop();
        } else {
            wheel.schedule(this, limitMs);
        }
    }

    /** A packet has come. */
    void heard() {
        heardAtMs = wheel.nowMs();
    }

    void stop() {
        wheel.cancel(this);
    }

    @Override
    protected void due() {
        if (limitMs > 0 && connection.isDeaf()) {
            heard();
        }
        long silence = wheel.nowMs() - heardAtMs;
        if (limitMs == 0 || silence >= limitMs) {
            connection.silent();
        } else {
            wheel.schedule(this, limitMs - silence);
        }
    }

    @Override
    protected void failed() {
        connection.cut(CloseReason.INTERNAL_ERROR);
    }

    @Override
    protected void dismissed() {
        connection.cut(CloseReason.SHUTDOWN);
    }
}
