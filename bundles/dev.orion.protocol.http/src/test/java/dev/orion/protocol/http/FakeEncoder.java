// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol.http;

import dev.orion.http.ContentEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.ComponentServiceObjects;

/** Makes what is called br here: how often it has been asked, and how much it was given. */
final class FakeEncoder implements ContentEncoder, ComponentServiceObjects<ContentEncoder> {

    int got;
    int asked;
    boolean isLoading;
    boolean isBroken;

    @Override
    public Optional<byte[]> encode(byte[] content) {
        asked++;
        if (isBroken) {
            throw new IllegalStateException("broken");
        }
        String made = "br " + asked + " of " + content.length;
        return isLoading ? Optional.empty() : Optional.of(made.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public ContentEncoder getService() {
        got++;
        return this;
    }

    @Override
    public void ungetService(ContentEncoder service) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ServiceReference<ContentEncoder> getServiceReference() {
        throw new UnsupportedOperationException();
    }
}
