// SPDX-License-Identifier: Apache-2.0
package dev.orion.net;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.service.component.annotations.ComponentPropertyType;

/**
 * Says what a {@link ConnectionListener} wants to be told besides the life of connections.
 *
 * <p>It gives the service the property {@value #PROPERTY}.
 */
@ComponentPropertyType
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface ListensTo {

    /** The service property; a text or several. */
    String PROPERTY = "listens.to";

    /** That bytes have gone over a connection. Costs something on each of them while asked for. */
    String DATA = "data";

    /** What it wants to be told: {@link #DATA}. */
    String[] value();
}
