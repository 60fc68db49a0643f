import type { Card } from '../../identity/card.ts';
import type { Style } from '../../ui/style.ts';

/** A card as lines for people; on a terminal followed by the QR code of `qrText`. */
export async function describeCard(card: Card, fingerprint: string, qrText: string): Promise<(style: Style) => string> {
  const { renderUnicodeCompact } = await import('uqr');
  return (style) => {
    const rows: readonly (readonly [string, string])[] = [
      ['kind', card.kind],
      ['public id', style.heading(card.publicId)],
      ...(card.nodeId === undefined ? [] : [['node id', card.nodeId] as const]),
      ['sealed file', `${card.sealed.file}, ${card.sealed.size} bytes`],
      ['sha256', card.sealed.sha256],
      ...card.sealed.recipients.map(({ type, fingerprint: key }) => ['recipient', `${type} ${key}`] as const),
      ['made', `${card.createdAt} ${card.online ? style.bad('ONLINE') : 'offline'}, ${card.tool}`],
      ['fingerprint', style.heading(fingerprint)],
    ];
    const lines = rows.map(([name, value]) => `${name.padEnd(12)} ${value}\n`).join('');
    return style.terminal ? `${lines}\n${renderUnicodeCompact(qrText, { border: 2 })}\n` : lines;
  };
}
