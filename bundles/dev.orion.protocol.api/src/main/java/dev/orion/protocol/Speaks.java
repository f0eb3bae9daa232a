// SPDX-License-Identifier: Apache-2.0
package dev.orion.protocol;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.annotation.bundle.Capability;
import org.osgi.service.component.annotations.ComponentPropertyType;

/**
 * Names the protocol a component speaks.
 *
 * <p>One annotation, two effects: the service gets the property {@code speaks}, and the bundle gets
 * the capability {@code dev.orion.protocol}, so a run descriptor can require the protocol by name.
 */
@ComponentPropertyType
@Capability(namespace = "dev.orion.protocol", attribute = "dev.orion.protocol=${#value}")
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface Speaks {
    /** The scheme of the listeners it serves, in lower case: {@code tcp}. */
    String value();
}
