import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as contract from '../../utils/onboarding/contract.ts';
import { Onboarding } from './onboarding.ts';

let onboarding: Onboarding;
let response: Response;
let page: string;

beforeAll(async () => {
  onboarding = await Onboarding.start();
  response = await fetch(`${onboarding.backend.url}/docs`);
  page = await response.text();
});
afterAll(() => onboarding?.stop());

describe('the page of the contract', () => {
  test('is there without a token', () => {
    expect(response.status).toBe(200);
    expect(response.headers.get('Content-Type')).toMatch(/^text\/html/);
  });

  test('runs nothing and loads nothing', () => {
    const policy = response.headers.get('Content-Security-Policy') ?? '';
    expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[^']+';/);
    const style = /<style>(.*?)<\/style>/s.exec(page)?.[1] ?? '';
    expect(policy).toContain(createHash('sha256').update(style).digest('base64'));
    // An attribute would be stopped by the policy, and so not be seen.
    expect(page).not.toMatch(/<script|<link|<img|<iframe|\sstyle=|\son\w+=|url\(|@import/i);
    const links = [...page.matchAll(/\s(?:href|src)="([^"]*)"/g)].map(([, link]) => link);
    expect(links.filter((link) => !/^#|^\/openapi\.json$/.test(link as string))).toEqual([]);
  });

  test('leads nowhere that is not there', () => {
    const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, to] of page.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(to);
  });

  test('has every operation, schema, field and problem type of the description', async () => {
    const description = await (await fetch(`${onboarding.backend.url}/openapi.json`)).json();
    for (const [path, methods] of Object.entries(description.paths)) {
      for (const method of Object.keys(methods as object)) {
        expect(page).toContain(`<h3><code>${method.toUpperCase()} ${path}</code></h3>`);
      }
    }
    const fields = (schema: { properties?: object }): string[] => [
      ...Object.keys(schema.properties ?? {}),
      ...Object.values(schema as object).flatMap((part) =>
        part && typeof part === 'object' ? fields(part) : [],
      ),
    ];
    for (const [name, schema] of Object.entries(description.components.schemas)) {
      const section = page.slice(page.indexOf(`id="schema-${name}"`)).split('</section>')[0];
      expect(section).toContain(`<h3>${name}</h3>`);
      for (const field of fields(schema as object)) expect(section, name).toContain(`<code>${field}</code>`);
    }
    for (const type of Object.values(contract.problemTypes)) expect(page).toContain(`<code>${type}</code>`);
    expect(page).not.toMatch(/undefined|\[object|>anything</);
  });

  test.each(Object.values(contract.problemTypes))('is where %s leads', async (type) => {
    const answer = await fetch(`${onboarding.backend.url}${type}`, { redirect: 'manual' });
    expect(answer.status).toBe(302);
    const [, id] = (answer.headers.get('Location') ?? '').split('/docs#');
    expect(page).toContain(`<section id="${id}">`);
  });
});

test('a problem type nobody has is not found', async () => {
  expect((await fetch(`${onboarding.backend.url}/problems/nothing`)).status).toBe(404);
});
