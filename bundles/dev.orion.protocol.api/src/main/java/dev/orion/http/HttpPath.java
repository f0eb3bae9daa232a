// SPDX-License-Identifier: Apache-2.0
package dev.orion.http;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.service.component.annotations.ComponentPropertyType;

/** Says which exchanges an {@link HttpService} is given. */
@ComponentPropertyType
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface HttpPath {

    /** The prefix of the service properties. */
    String PREFIX_ = "http.";

    /** Paths, each whole ({@code /echo}) or with all that is below it ({@code /api/*}). */
    String[] path();

    /** The methods it knows; others are answered with 405. */
    String[] methods() default {"GET"};

    /**
     * The protocol that the exchange must ask to be upgraded to (RFC 9110 §7.8), {@code websocket};
     * empty for exchanges that ask for none.
     */
    String upgrade() default "";

    /**
     * The area it belongs to. Only listeners that are configured to serve that area know it; those
     * that are not configured serve {@code public} alone.
     */
    String area() default "public";

    /**
     * Whether answers of a known length are compressed for those who ask for it. Not where an
     * answer has a secret beside what the request says: its length would tell (BREACH, 2013).
     */
    boolean compressed() default false;
}
