// SPDX-License-Identifier: Apache-2.0
package dev.orion.bench;

import java.util.ArrayList;
import java.util.List;

/** {@link BareServer}, on the same JVM and with the same memory and collector as Orion. */
final class BareContender implements Contender {

    private final Options options;
    private final Jvm jvm;

    BareContender(Options options, Jvm jvm) {
        this.options = options;
        this.jvm = jvm;
    }

    @Override
    public String name() {
        return "bare";
    }

    @Override
    public ServerProcess start(Loops loops, Wire.Endpoint endpoint) {
        if (endpoint != Wire.Endpoint.WEB) {
            throw new BenchException("bare does not speak " + endpoint);
        }
        List<String> command = new ArrayList<>();
        command.add(jvm.java());
        command.addAll(jvm.flags());
        if (Runtime.version().feature() >= 24) {
            command.add("--enable-native-access=ALL-UNNAMED");
            command.add("--sun-misc-unsafe-memory-access=allow");
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.add(BareServer.class.getName());
        command.add(options.transport().orElse(jvm.transport()).toString());
        command.add(loops == Loops.ONE ? "1" : "0");
        return ServerProcess.start(command, 0, options.work().resolve("bench-bare.log"));
    }
}
