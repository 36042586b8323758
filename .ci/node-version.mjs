// Plain JavaScript, since an older Node can't even read the rest.
const [major] = process.versions.node.split('.').map(Number);
if (major < 24) {
  console.error(
    `This project runs on Node 24 or newer; this is ${process.version}.\n` +
      'On Linux and Windows "npm ci" brings it along, and "npm run …" and "npm test" use it. ' +
      'Elsewhere (macOS) install Node 24 first: https://nodejs.org',
  );
  process.exit(1);
}
