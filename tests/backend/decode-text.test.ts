import { expect, test } from 'vitest';
import { decodeText } from '../../backend/src/verification/decode-text.ts';

test.each([
  ['UTF-8', 'e794a8e688b7e5908de68896e5af86e7a081e99499e8afaf', '用户名或密码错误'],
  ['GBK', 'c7ebcab9d3c3cadac8a8c2ebb5c7c2bc', '请使用授权码登录'],
  ['GBK', '35333520b5c7c2bccaa7b0dca3bac3dcc2ebb4edcef3', '535 登录失败：密码错误'],
  ['Shift-JIS', '83708358838f815b836882aa88e182a282dc82b7', 'パスワードが違います'],
  ['Shift-JIS', '94468fd882c98eb8947382b582dc82b582bd', '認証に失敗しました'],
  ['KOI8-R', 'efdbc9c2cbc13a20cec5d7c5d2ced9ca20d0c1d2cfccd8', 'Ошибка: неверный пароль'],
  ['Windows-1251', 'cef8e8e1eae03a20ede5e2e5f0edfbe920efe0f0eeebfc', 'Ошибка: неверный пароль'],
  [
    'Latin-1',
    'c963686563206465206c2761757468656e74696669636174696f6e3a20616363e873207265667573e9',
    "Échec de l'authentification: accès refusé",
  ],
  [
    'Latin-1',
    '4772f6df656e626573636872e46e6b756e672066fc7220416e68e46e676520fc62657273636872697474656e',
    'Größenbeschränkung für Anhänge überschritten',
  ],
  ['Latin-1', '636f6e7472617365f161206e6f2076e16c696461', 'contraseña no válida'],
])('words in %s (%s) are read as they were written: %s', (_, hex, text) => {
  expect(decodeText(Buffer.from(hex, 'hex'))).toBe(text);
});

test.each(['ff', '8081', 'c3', 'eda0bd', '00ff00', 'fefeff'.repeat(5000), '81'.repeat(9999)])(
  'bytes that are no text of any charset (%s) become well-formed text',
  (hex) => {
    expect(decodeText(Buffer.from(hex, 'hex')).isWellFormed()).toBe(true);
  },
);
