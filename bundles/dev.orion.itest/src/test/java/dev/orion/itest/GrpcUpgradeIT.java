// SPDX-License-Identifier: Apache-2.0
package dev.orion.itest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orion.v1.RealtimeProto.Position;
import dev.orion.v1.RealtimeProto.SubscribeRequest;
import dev.orion.v1.RealtimeProto.SubscribeResponse;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarInputStream;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What gRPC stands on is upgraded, and the product's own comes back, under calls. */
class GrpcUpgradeIT {

    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir Path home;

    private Server backEnd;
    private OrionProcess orion;
    private Traffic others;
    private GrpcTraffic calls;

    @BeforeEach
    void start() throws Exception {
        backEnd =
                NettyServerBuilder.forPort(0).addService(Grpc.service("test.Echo")).build().start();
        Files.createDirectories(home.resolve("conf"));
        Files.writeString(
                home.resolve("conf/orion.json"),
                """
                {
                  "dev.orion.listener~web": { "uri": "http://127.0.0.1:8080" },
                  "dev.orion.listener~tcp": { "uri": "tcp://127.0.0.1:7000" },
                  "dev.orion.listener~grpc": { "uri": "grpc://127.0.0.1:9090" },
                  "dev.orion.hotdeploy": { "drainTimeout": "5s" },
                  "dev.orion.channel~all": { "pattern": "#" },
                  "dev.orion.channel~kept": { "pattern": "kept/#", "history": 100 },
                  "dev.orion.route~echo": { "match": "grpc:/test.Echo/*", "to": "grpc://127.0.0.1:%d" }
                }
                """
                        .formatted(backEnd.getPort()));
        orion = OrionProcess.start(home);
        others = new Traffic(orion.httpPort(), orion.tcpPort());
        calls = new GrpcTraffic(orion.grpcPort());
    }

    @AfterEach
    void stop() throws Exception {
        calls.close();
        others.close();
        assertThat(orion.terminate()).as(orion.output()).isZero();
        backEnd.shutdownNow();
        assertThat(orion.output()).doesNotContain("NoClassDefFound").doesNotContain("LEAK");
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev.orion.protocol.grpc", "dev.orion.protocol.http"})
    void callsEndWellOrAreUnavailable(String bundle) throws Exception {
        calls.awaitProgress("before");
        GrpcTraffic.Chat chat = calls.chat();
        Path next = drop(bundle);
        await("Plug-in upgraded");
        chat.exchange("the old version still carries it");
        ManagedChannel fresh = Grpc.plaintext(orion.grpcPort());
        try {
            Grpc.call(fresh, Grpc.PUBLISH, Grpc.json("kept/a", "1"));
        } finally {
            fresh.shutdownNow();
        }

        await("Plug-in retired"); // the time of the old one is over
        calls.awaitProgress("with the new version");
        assertThat(end(chat)).isIn(Status.Code.OK, Status.Code.UNAVAILABLE);

        GrpcTraffic.Chat again = calls.chat();
        Files.delete(next);
        await("Plug-in of the product is back");
        calls.awaitProgress("with the product's own again");
        assertThat(end(again)).isIn(Status.Code.OK, Status.Code.UNAVAILABLE);
        others.checkThatNothingWasNoticed();
    }

    /** How it ends: by itself by now, or when its caller has no more to say. */
    private static Status.Code end(GrpcTraffic.Chat chat) throws Exception {
        return chat.finish().getCode();
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev.orion.protocol.grpc", "dev.orion.protocol.http"})
    void aSubscriptionEndsAsUnavailableAndGoesOnWhereItWas(String bundle) throws Exception {
        ManagedChannel channel = Grpc.plaintext(orion.grpcPort());
        try {
            Iterator<SubscribeResponse> heard = subscribe(channel, request().build());
            assertThat(heard.next().getSubscribed().getRecoverable()).isTrue();
            drop(bundle);
            await("Plug-in upgraded");
            Grpc.call(channel, Grpc.PUBLISH, Grpc.json("kept/a", "1"));
            Position seen = heard.next().getMessage().getPosition(); // from the old version

            assertThat(code(heard)).isEqualTo(Status.Code.UNAVAILABLE);
            await("Plug-in retired");
            Grpc.call(channel, Grpc.PUBLISH, Grpc.json("kept/a", "2"));
            heard = subscribe(channel, request().setRecoverFrom(seen).build());
            assertThat(heard.next().getSubscribed().getRecovered()).isTrue();
            assertThat(heard.next().getMessage().getPayload().getJson()).isEqualTo("2");
        } finally {
            channel.shutdownNow();
        }
        others.checkThatNothingWasNoticed();
    }

    private static SubscribeRequest.Builder request() {
        return SubscribeRequest.newBuilder().setChannel("kept/a");
    }

    private static Iterator<SubscribeResponse> subscribe(
            ManagedChannel channel, SubscribeRequest request) {
        return ClientCalls.blockingServerStreamingCall(
                channel,
                Grpc.SUBSCRIBE,
                CallOptions.DEFAULT.withDeadlineAfter(1, TimeUnit.MINUTES),
                request);
    }

    private static Status.Code code(Iterator<SubscribeResponse> heard) {
        try {
            throw new AssertionError("not expected: " + heard.next());
        } catch (StatusRuntimeException ended) {
            return ended.getStatus().getCode();
        }
    }

    private void await(String record) throws Exception {
        orion.awaitLine(line -> line.contains(record), SOON);
    }

    /** Drops the next version of one of the product's bundles. */
    private Path drop(String bundle) throws IOException {
        Path half = home.resolve("data").resolve(bundle + ".part");
        Path target = OrionProcess.ROOT.resolve("bundles").resolve(bundle).resolve("target");
        try (var jars = Files.newDirectoryStream(target, bundle + "-?.*.jar")) {
            nextVersion(jars.iterator().next(), half);
        }
        return Files.move(half, home.resolve("deploy").resolve(bundle + ".jar"));
    }

    private static void nextVersion(Path jar, Path made) throws IOException {
        try (var in = new JarInputStream(Files.newInputStream(jar))) {
            Manifest manifest;
            try (var whole = new JarFile(jar.toFile())) {
                manifest = new Manifest(whole.getManifest());
            }
            manifest.getMainAttributes().putValue("Bundle-Version", "99.0.0");
            try (var out = new JarOutputStream(Files.newOutputStream(made), manifest)) {
                for (JarEntry entry = in.getNextJarEntry();
                        entry != null;
                        entry = in.getNextJarEntry()) {
                    if (!entry.getName().equals(JarFile.MANIFEST_NAME)) {
                        out.putNextEntry(new JarEntry(entry.getName()));
                        in.transferTo(out);
                    }
                }
            }
        }
    }
}
