// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannelBuilder;
import io.grpc.ServerBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.testing.integration.AbstractInteropTest;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.AssumptionViolatedException;
import org.junit.Test;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.opentest4j.TestAbortedException;

/**
 * gRPC's interoperability cases, as grpc-java runs them between its own client and its own server
 * (grpc, doc/interop-test-descriptions.md): once without anything between, once through a route.
 *
 * <p>Cases of client compression go without their probe, which asks for something that a server of
 * grpc-java cannot see.
 */
class InteropTest {

    @TestFactory
    Stream<DynamicTest> direct() {
        return cases(Direct::new);
    }

    @TestFactory
    Stream<DynamicTest> throughARoute() {
        return cases(ThroughARoute::new);
    }

    private static Stream<DynamicTest> cases(Supplier<Direct> pairs) {
        Stream<DynamicTest> plain =
                Arrays.stream(AbstractInteropTest.class.getMethods())
                        .filter(method -> method.isAnnotationPresent(Test.class))
                        .map(method -> of(pairs, method.getName(), pair -> run(pair, method)));
        Stream<DynamicTest> compressed =
                Stream.of(
                        of(
                                pairs,
                                "clientCompressedUnary",
                                pair -> pair.clientCompressedUnary(false)),
                        of(
                                pairs,
                                "clientCompressedStreaming",
                                pair -> pair.clientCompressedStreaming(false)),
                        of(
                                pairs,
                                "serverCompressedStreaming",
                                AbstractInteropTest::serverCompressedStreaming));
        return Stream.concat(plain, compressed);
    }

    private static DynamicTest of(Supplier<Direct> pairs, String name, Case body) {
        return DynamicTest.dynamicTest(
                name,
                () -> {
                    Direct pair = pairs.get();
                    pair.setUp();
                    try {
                        body.run(pair);
                    } finally {
                        pair.tearDown();
                    }
                });
    }

    private static void run(Direct pair, Method method) throws Exception {
        try {
            method.invoke(pair);
        } catch (InvocationTargetException failed) {
            Class<?> expected = method.getAnnotation(Test.class).expected();
            if (failed.getCause() instanceof AssumptionViolatedException skipped) {
                throw new TestAbortedException(skipped.getMessage());
            }
            if (!expected.isInstance(failed.getCause())) {
                throw new AssertionError(method.getName(), failed.getCause());
            }
        }
    }

    /** One case. */
    private interface Case {
        void run(Direct pair) throws Exception;
    }

    /** Client and server of grpc-java. */
    static class Direct extends AbstractInteropTest {

        @Override
        protected ServerBuilder<?> getServerBuilder() {
            return NettyServerBuilder.forPort(0)
                    .maxInboundMessageSize(AbstractInteropTest.MAX_MESSAGE_SIZE);
        }

        int port() {
            try {
                var address = AbstractInteropTest.class.getDeclaredMethod("getListenAddress");
                address.setAccessible(true);
                return ((InetSocketAddress) address.invoke(this)).getPort();
            } catch (ReflectiveOperationException other) {
                throw new LinkageError("another version of grpc-java", other);
            }
        }

        @Override
        protected ManagedChannelBuilder<?> createChannelBuilder() {
            return NettyChannelBuilder.forAddress("127.0.0.1", port())
                    .maxInboundMessageSize(AbstractInteropTest.MAX_MESSAGE_SIZE)
                    .usePlaintext();
        }

        @Override
        protected boolean metricsExpected() {
            return false;
        }
    }

    static final class ThroughARoute extends Direct {

        private final GrpcServer orion = new GrpcServer();

        @Override
        int port() {
            orion.to(super.port());
            return orion.port();
        }

        @Override
        public void tearDown() {
            super.tearDown();
            orion.close();
            assertThat(orion.routes.ended).hasValue(orion.routes.began.get());
        }
    }
}
