/**
 * An inventory as a bill of materials in CycloneDX's JSON. Pure: the same inventory gives the same bytes.
 * The library is loaded when one is written, which most commands never do.
 */

import type { InstalledPackage, Inventory } from './model.ts';

/** `name` is the image's. */
export async function renderSbom(name: string, inventory: Inventory): Promise<string> {
  const [{ Bom, Component }, { ComponentType }, { JSON: Json, JsonSerializer }, { Spec1dot6 }, purls] =
    await Promise.all([
      import('@cyclonedx/cyclonedx-library/Models'),
      import('@cyclonedx/cyclonedx-library/Enums'),
      import('@cyclonedx/cyclonedx-library/Serialize'),
      import('@cyclonedx/cyclonedx-library/Spec'),
      import('packageurl-js'),
    ]);
  const { system, packages, ossec } = inventory;
  const bom = new Bom();
  bom.metadata.component = new Component(ComponentType.OperatingSystem, name, { bomRef: name });
  bom.components.add(
    new Component(ComponentType.OperatingSystem, system.id, { bomRef: 'system', version: system.version }),
  );
  if (ossec !== undefined) {
    const parts = { bomRef: 'ossec-hids', version: ossec.version.toWellFormed() };
    bom.components.add(new Component(ComponentType.Application, 'ossec-hids', parts));
  }
  for (const item of packages) {
    const purl = packageUrl(purls.PackageURL, item, system).toString();
    const parts = { bomRef: purl, purl, version: item.version.toWellFormed() };
    bom.components.add(new Component(ComponentType.Library, item.name.toWellFormed(), parts));
  }
  const serializer = new JsonSerializer(new Json.Normalize.Factory(Spec1dot6));
  return `${serializer.serialize(bom, { sortLists: true, space: 2 })}\n`;
}

/** `pkg:deb/debian/nginx@1.22.1-9?arch=amd64&distro=debian-12` */
function packageUrl(
  PackageURL: typeof import('packageurl-js').PackageURL,
  { name, version, architecture }: InstalledPackage,
  { id, version: release }: Inventory['system'],
) {
  const [vendor, item, number, arch, distro] = [id, name, version, architecture, `${id}-${release}`].map(
    (text) => text.toWellFormed(),
  );
  return new PackageURL(
    'deb',
    vendor,
    item ?? '',
    number,
    { arch: arch ?? '', distro: distro ?? '' },
    undefined,
  );
}
