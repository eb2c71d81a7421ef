package inet

import "slices"

// Specs is every field that Dissect may emit, from the wire upwards, besides
// field.Silent and field.SilentBits.
var Specs = slices.Concat(
	ethernetSpecs, vlanSpecs, sllSpecs, nullSpecs, pppSpecs, arpSpecs,
	ipv4Specs, ipv6Specs, icmpSpecs, icmpv6Specs, udpSpecs, tcpSpecs,
	dnsSpecs, stunSpecs, tlsSpecs, textSpecs, plainSpecs, gopacketSpecs,
)
