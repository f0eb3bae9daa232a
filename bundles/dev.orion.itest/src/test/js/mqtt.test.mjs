// SPDX-License-Identifier: Apache-2.0
// MQTT.js over TCP and WebSocket, and the conversation with the clients of the other protocols.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import mqtt from 'mqtt';
import { api, centrifuge, collect, connected, netcat, subscribed, ws } from './orion.mjs';

const urls = {
  tcp: `mqtt://${process.env.ORION_MQTT}`,
  tls: `mqtts://${process.env.ORION_MQTTS}`,
  websocket: `${ws}/mqtt`,
};
const ca = readFileSync(process.env.ORION_CERTIFICATE);
const clients = [];
let names = 0;

after(async () => {
  await Promise.all(clients.map((each) => (each.end ? each.endAsync(true) : each.disconnect())));
});

/** A connected MQTT.js client that does not come back by itself. */
async function client(transport, options = {}) {
  names += 1;
  const made = await mqtt.connectAsync(urls[transport], {
    clientId: `js-${process.pid}-${names}`, reconnectPeriod: 0, connectTimeout: 5000, ca, ...options,
  });
  clients.push(made);
  return made;
}

/** What a client receives; `until(n)` waits for so many. */
function inbox(receiver) {
  const all = [];
  let wake = () => {};
  receiver.on('message', (topic, payload, packet) => {
    all.push({ topic, text: payload.toString(), payload, packet });
    wake();
  });
  return {
    all,
    async until(n, ms = 5000) {
      const deadline = Date.now() + ms;
      while (all.length < n) {
        const left = deadline - Date.now();
        if (left <= 0) throw new Error(`${all.length} of ${n} messages within ${ms} ms`);
        await new Promise((resolve) => {
          const timer = setTimeout(resolve, left);
          wake = () => { clearTimeout(timer); resolve(); };
        });
      }
      return all;
    },
  };
}

const texts = (box) => box.all.map(({ text }) => text);

for (const transport of ['tcp', 'tls', 'websocket']) {
  for (const protocolVersion of [4, 5]) {
    const name = `${transport}, version ${protocolVersion === 4 ? '3.1.1' : '5'}`;
    const base = `js/${transport}/${protocolVersion}`;

    test(`${name}: each quality of service arrives, in order and once`, async () => {
      const ann = await client(transport, { protocolVersion });
      const bob = await client(transport, { protocolVersion });
      const box = inbox(bob);
      for (const qos of [0, 1, 2]) {
        const [granted] = await bob.subscribeAsync(`${base}/qos/${qos}`, { qos });
        assert.equal(granted.qos, qos);
        for (let i = 0; i < 50; i += 1) {
          await ann.publishAsync(`${base}/qos/${qos}`, `${qos}-${i}`, { qos });
        }
      }
      await box.until(150);
      for (const qos of [0, 1, 2]) {
        const got = texts(box).filter((text) => text.startsWith(`${qos}-`));
        assert.deepEqual(got, Array.from({ length: 50 }, (_, i) => `${qos}-${i}`));
      }
      assert.equal(box.all.length, 150);
    });

    test(`${name}: filters, retained messages and their end`, async () => {
      const ann = await client(transport, { protocolVersion });
      await ann.publishAsync(`${base}/kept/a`, 'one', { qos: 1, retain: true });
      await ann.publishAsync(`${base}/kept/b`, 'two', { qos: 1, retain: true });
      await ann.publishAsync(`${base}/kept/b`, '', { qos: 1, retain: true });
      const bob = await client(transport, { protocolVersion });
      const box = inbox(bob);
      await bob.subscribeAsync(`${base}/kept/+`, { qos: 1 });
      await box.until(1);
      assert.equal(box.all[0].packet.retain, true);
      await ann.publishAsync(`${base}/kept/c`, 'live', { qos: 1 });
      await box.until(2);
      assert.deepEqual(texts(box), ['one', 'live']);
      assert.equal(box.all[1].packet.retain, false);
      await ann.publishAsync(`${base}/kept/a`, '', { qos: 1, retain: true });
    });

    test(`${name}: a session goes on where it was`, async () => {
      const stay = protocolVersion === 5 ? { properties: { sessionExpiryInterval: 600 } } : {};
      const options = {
        protocolVersion, clean: false, clientId: `stays-${transport}-${protocolVersion}`, ...stay,
      };
      const first = await client(transport, options);
      await first.subscribeAsync(`${base}/session/#`, { qos: 2 });
      await first.endAsync();
      const ann = await client(transport, { protocolVersion });
      await ann.publishAsync(`${base}/session/1`, 'at least once', { qos: 1 });
      await ann.publishAsync(`${base}/session/2`, 'exactly once', { qos: 2 });
      const again = mqtt.connect(urls[transport], { ...options, ca, reconnectPeriod: 0 });
      clients.push(again);
      const box = inbox(again);
      const connack = await new Promise((resolve) => { again.once('connect', resolve); });
      assert.equal(connack.sessionPresent, true);
      await box.until(2);
      assert.deepEqual(texts(box), ['at least once', 'exactly once']);
    });

    test(`${name}: a will is published when the connection breaks`, async () => {
      const bob = await client(transport, { protocolVersion });
      const box = inbox(bob);
      await bob.subscribeAsync(`${base}/will`, { qos: 1 });
      const ann = await client(transport, {
        protocolVersion, will: { topic: `${base}/will`, payload: Buffer.from('gone'), qos: 1 },
      });
      ann.stream.destroy();
      await box.until(1);
      assert.deepEqual(texts(box), ['gone']);
    });

    test(`${name}: what several subscriptions match comes once`, async () => {
      const ann = await client(transport, { protocolVersion });
      const box = inbox(ann);
      const five = protocolVersion === 5;
      const subscribe = (filter, qos, id) => ann.subscribeAsync(
        `${base}/over/${filter}`, { qos, ...(five ? { properties: { subscriptionIdentifier: id } } : {}) });
      await subscribe('#', 0, 1);
      await subscribe('+', 2, 2);
      await subscribe('a', 1, 3);
      for (const qos of [0, 1, 2]) await ann.publishAsync(`${base}/over/a`, `all ${qos}`, { qos });
      await ann.publishAsync(`${base}/over/a/b`, 'first', { qos: 2 });
      await ann.publishAsync(`${base}/over/end`, 'end', { qos: 2 });
      await box.until(5);
      const byText = new Map(box.all.map(({ text, packet }) => [text, packet]));
      assert.equal(box.all.length, 5);
      assert.deepEqual(['all 0', 'all 1', 'all 2', 'first', 'end'].map((text) => byText.get(text).qos), [0, 1, 2, 0, 2]);
      if (five) {
        const ids = (text) => [byText.get(text).properties.subscriptionIdentifier].flat().sort();
        assert.deepEqual(['all 0', 'all 1', 'first', 'end'].map(ids), [[1, 2, 3], [1, 2, 3], [1], [1, 2]]);
      }
    });

    test(`${name}: what the channel's rule forbids is refused`, async () => {
      const ann = await client(transport, { protocolVersion });
      await assert.rejects(ann.subscribeAsync('closed/a', { qos: 1 }));
      if (protocolVersion === 5) {
        await assert.rejects(ann.publishAsync('closed/a', 'x', { qos: 1 }), { code: 0x87 });
      }
    });

    test(`${name}: the same channel for the clients of the other protocols`, async () => {
      const room = `chat/${base}`;
      const ann = await client(transport, { protocolVersion });
      const box = inbox(ann);
      await ann.subscribeAsync(room, { qos: 1 });
      const web = centrifuge('websocket');
      clients.push(web);
      await connected(web);
      const subscription = await subscribed(web, room);
      const seen = collect(subscription);
      const nc = await netcat();
      nc.say({ id: 1, connect: {} });
      await nc.hear();
      nc.say({ id: 2, subscribe: { channel: room } });
      await nc.hear();

      await ann.publishAsync(room, '{"t":21.5}', { qos: 1 });
      await ann.publishAsync(room, 'plain words', { qos: 1 });
      await ann.publishAsync(room, Buffer.from([0xff, 0x00]), { qos: 1 });
      await subscription.publish({ from: 'web' });
      await api('publish', { channel: room, data: [1, 2] });
      await seen.until(5);
      assert.deepEqual(seen.all, [
        { t: 21.5 }, 'plain words', { base64: '/wA=' }, { from: 'web' }, [1, 2],
      ]);
      await box.until(5);
      assert.deepEqual(texts(box).slice(3), ['{"from":"web"}', '[1,2]']);
      for (const { packet } of box.all.slice(3)) {
        assert.equal(packet.qos, 1);
        assert.equal(packet.properties?.contentType, protocolVersion === 5 ? 'application/json' : undefined);
      }
      const lines = [];
      for (let i = 0; i < 5; i += 1) lines.push((await nc.hear()).push.pub.data);
      assert.deepEqual(lines, seen.all);
      nc.close();
      const { result } = await api('history', { channel: room, limit: 10 });
      assert.deepEqual(result.publications.map(({ data }) => data), seen.all);
    });
  }

  test(`${transport}: properties of version 5 go through`, async () => {
    const ann = await client(transport, { protocolVersion: 5 });
    const bob = await client(transport, { protocolVersion: 5 });
    const box = inbox(bob);
    const topic = `js/${transport}/properties`;
    await bob.subscribeAsync(topic, { qos: 1, properties: { subscriptionIdentifier: 7 } });
    const web = centrifuge('websocket');
    clients.push(web);
    await connected(web);
    const subscription = await subscribed(web, topic);
    const tags = new Promise((resolve) => {
      subscription.on('publication', (context) => resolve(context.tags));
    });
    await ann.publishAsync(topic, 'x', {
      qos: 1,
      properties: {
        contentType: 'text/plain', responseTopic: 'answers', correlationData: Buffer.from('c1'),
        userProperties: { a: '1', b: '2' }, messageExpiryInterval: 60, payloadFormatIndicator: true,
      },
    });
    await box.until(1);
    const { properties } = box.all[0].packet;
    assert.equal(properties.contentType, 'text/plain');
    assert.equal(properties.responseTopic, 'answers');
    assert.equal(properties.correlationData.toString(), 'c1');
    assert.deepEqual({ ...properties.userProperties }, { a: '1', b: '2' });
    assert.equal(properties.payloadFormatIndicator, true);
    assert.equal(properties.subscriptionIdentifier, 7);
    assert.ok(properties.messageExpiryInterval >= 59);
    assert.deepEqual(await tags, { a: '1', b: '2' });
    await api('publish', { channel: topic, data: 1, tags: { c: '3' } });
    await box.until(2);
    assert.deepEqual({ ...box.all[1].packet.properties.userProperties }, { c: '3' });
  });

  test(`${transport}: topics may come as aliases`, async () => {
    const ann = await client(transport, { protocolVersion: 5 });
    const bob = await client(transport, { protocolVersion: 5, properties: { topicAliasMaximum: 2 } });
    const box = inbox(bob);
    await bob.subscribeAsync(`js/${transport}/alias/+`, { qos: 1 });
    const aliases = [];
    bob.on('packetreceive', ({ cmd, properties }) => {
      if (cmd === 'publish') aliases.push(properties?.topicAlias);
    });
    const sent = ['a', 'b', 'c', 'a', 'b', 'c'].map((name) => `js/${transport}/alias/${name}`);
    for (const topic of sent) await ann.publishAsync(topic, topic, { qos: 1 });
    await box.until(6);
    assert.deepEqual(box.all.map(({ topic }) => topic), sent);
    assert.deepEqual(texts(box), sent);
    assert.deepEqual(aliases, [1, 2, undefined, 1, 2, undefined]);
  });

  test(`${transport}: a share gives each message to one member`, async () => {
    const members = await Promise.all([1, 2, 3].map(() => client(transport, { protocolVersion: 5 })));
    const boxes = members.map(inbox);
    for (const member of members) {
      await member.subscribeAsync(`$share/team/js/${transport}/work`, { qos: 1 });
    }
    const ann = await client(transport, { protocolVersion: 5 });
    for (let i = 0; i < 30; i += 1) await ann.publishAsync(`js/${transport}/work`, `${i}`, { qos: 1 });
    await Promise.all(boxes.map((box) => box.until(10)));
    const all = boxes.flatMap(texts).map(Number).sort((a, b) => a - b);
    assert.deepEqual(all, Array.from({ length: 30 }, (_, i) => i));
  });
}
