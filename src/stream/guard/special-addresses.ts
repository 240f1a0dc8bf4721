/** Addresses that no pattern of names opens: this machine, its link, the services of clouds, and what only wraps other addresses. */
import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';

/** IANA's special-purpose registries, without the private ranges: that is where cameras live. */
const subnets = [
  '0.0.0.0/8', // "this network": Linux takes it for the machine itself
  '127.0.0.0/8',
  '169.254.0.0/16', // link-local, and 169.254.169.254 with the credentials of most clouds
  '192.0.0.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '100.100.100.200/32', // metadata, Alibaba
  '168.63.129.16/32', // platform services, Azure
  '::/96', // unspecified, loopback, and IPv4-compatible addresses
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
  'fd00:ec2::/32', // metadata, AWS
  '64:ff9b::/96', // NAT64, 6to4 and Teredo carry an IPv4 address inside
  '64:ff9b:1::/48',
  '2002::/16',
  '2001::/32',
];

const special = new BlockList();
for (const subnet of subnets) addSubnet(special, subnet);

/** Also true for an address that this machine itself has, and for IPv4 addresses inside IPv6 ones (`::ffff:127.0.0.1`). */
export function isSpecialAddress(address: string): boolean {
  return contains(special, address) || contains(ownAddresses(), address);
}

/** Whether `address` lies in `subnet` (`10.0.0.0/8`). */
export function inSubnet(subnet: string, address: string): boolean {
  const list = new BlockList();
  addSubnet(list, subnet);
  return contains(list, address);
}

function addSubnet(list: BlockList, subnet: string): void {
  const [address = '', bits = ''] = subnet.split('/');
  list.addSubnet(address, Number(bits), familyOf(address));
}

function contains(list: BlockList, address: string): boolean {
  return list.check(address.replace(/%.*$/, ''), familyOf(address));
}

function ownAddresses(): BlockList {
  const own = new BlockList();
  for (const { address } of Object.values(networkInterfaces()).flatMap((entries) => entries ?? [])) {
    own.addAddress(address.replace(/%.*$/, ''), familyOf(address));
  }
  return own;
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 4 ? 'ipv4' : 'ipv6';
}
