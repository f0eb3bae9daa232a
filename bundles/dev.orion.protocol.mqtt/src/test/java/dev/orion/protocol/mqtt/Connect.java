// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.mqtt;

/**
 * A CONNECT packet, byte by byte.
 *
 * @param will the bytes of the will: properties (MQTT 5), topic, payload
 */
record Connect(
        int version,
        String protocol,
        int flags,
        int keepAlive,
        String properties,
        String clientId,
        String will,
        String login) {

    static final int CLEAN = 0x02;

    /** A clean one of the client {@code c1}, without keep alive. */
    static Connect of(int version) {
        String name = version == 3 ? "MQIsdp" : "MQTT";
        return new Connect(version, name, CLEAN, 0, "", "c1", "", "");
    }

    Connect protocol(String name) {
        return new Connect(version, name, flags, keepAlive, properties, clientId, will, login);
    }

    Connect flags(int bits) {
        return new Connect(version, protocol, bits, keepAlive, properties, clientId, will, login);
    }

    Connect keepAlive(int seconds) {
        return new Connect(version, protocol, flags, seconds, properties, clientId, will, login);
    }

    /** In hex. */
    Connect properties(String hex) {
        String bytes = hex.replace(" ", "");
        return new Connect(version, protocol, flags, keepAlive, bytes, clientId, will, login);
    }

    Connect clientId(String id) {
        return new Connect(version, protocol, flags, keepAlive, properties, id, will, login);
    }

    /** Sets the flag of the will and its other flags. */
    Connect will(int willFlags, String hex) {
        int all = flags | 0x04 | willFlags;
        String bytes = hex.replace(" ", "");
        return new Connect(version, protocol, all, keepAlive, properties, clientId, bytes, login);
    }

    Connect login(int loginFlags, String hex) {
        int all = flags | loginFlags;
        return new Connect(version, protocol, all, keepAlive, properties, clientId, will, hex);
    }

    String hex() {
        String propertiesPart =
                version >= 5 ? "%02x".formatted(properties.length() / 2) + properties : "";
        String body =
                Peer.string(protocol)
                        + "%02x%02x%04x".formatted(version, flags, keepAlive)
                        + propertiesPart
                        + Peer.string(clientId)
                        + will
                        + login;
        return Peer.packet(0x10, body);
    }
}
