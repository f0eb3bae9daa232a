// SPDX-License-Identifier: Apache-2.0
package dev.orion.itest.whole;

/** What the tests have the product do. */
final class Configurations {

    static final String DEFAULT = withTcpPort(0, "");

    private Configurations() {}

    /**
     * The listeners of every test; a port of 0 is for the system to choose.
     *
     * @param more further sections, each after a comma
     */
    static String withTcpPort(int port, String more) {
        return """
        {
          "dev.orion.listener~web": { "uri": "http://127.0.0.1:0" },
          "dev.orion.listener~tcp": { "uri": "tcp://127.0.0.1:%d" },
          // Nobody speaks greet until a plug-in comes.
          "dev.orion.listener~greet": { "uri": "greet://127.0.0.1:0" },
          "dev.orion.channel~all": { "pattern": "#" }
          %s
        }
        """
                .formatted(port, more);
    }
}
