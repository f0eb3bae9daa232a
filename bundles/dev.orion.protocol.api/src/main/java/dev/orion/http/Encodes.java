// SPDX-License-Identifier: Apache-2.0
package dev.orion.http;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.service.component.annotations.ComponentPropertyType;

/** Names the coding that a {@link ContentEncoder} makes. */
@ComponentPropertyType
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface Encodes {

    /** As it is in {@code Content-Encoding}, in lower case: {@code br}. */
    String value();
}
