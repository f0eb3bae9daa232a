// SPDX-License-Identifier: Apache-2.0

/** Bridges to MQTT brokers of others, by Eclipse Paho. */
package dev.orion.bridge.mqtt;
