package localfile

import (
	"strings"

	"somscope/decoder/field"
)

// A form says how the text of an element is to be read.
type form uint8

const (
	asGroup   form = iota // it has elements, or an attribute, and no text of its own
	asWords               // text
	asNumber              // a decimal number, with or without a sign
	asFlag                // 0 or 1
	asTime                // seconds since 1970
	asNumbers             // decimal numbers with commas between
	asIP                  // an IPv4 address as one decimal number
	asAddr                // address:port
	asAddrs               // several, with blanks between
	asHex                 // hexadecimal digits of bytes that nobody has explained
	asList                // hexadecimal digits of a 0x41 list, the host cache
	asMaybe               // hexadecimal digits of what may be a 0x41 list, or a packed 0x42 one
	asSecret              // credentials: never taken apart
	asBuddy               // eight hexadecimal digits, a colon, a small number
	asCodecs              // names of codecs
)

// Where an element tells that it belongs; both count for neither.
const (
	inBoth = iota
	inConfig
	inShared
)

// An entry is what is known of an element.
type entry struct {
	// path leads to it below the root, "/" between names: "*" stands for any one name, a name
	// that ends with "*" for all that begin so, "**/" in front for any place in the tree.
	path string
	in   uint8
	form form
	spec field.Spec
}

// Sources of elements, in short.
var (
	byProfile   = []field.Cite{{Key: "profile"}}
	byJS        = []field.Cite{{Key: "js"}, {Key: "profile"}}
	byPOM       = []field.Cite{{Key: "pom"}, {Key: "profile"}}
	byEP        = []field.Cite{{Key: "ep", Where: "§5.2.3"}, {Key: "dk", Where: "part 2, slide 67"}}
	byDK        = []field.Cite{{Key: "dk", Where: "part 2, slides 59-61"}}
	bySeed      = []field.Cite{{Key: "seed"}, {Key: "profile"}}
	byBonfiglio = []field.Cite{{Key: "bon", Where: "§3"}, {Key: "seed"}}
	byHC        = []field.Cite{{Key: "hc09"}, {Key: "js"}}
	byInstall   = []field.Cite{{Key: "install"}}
)

// known lists the elements, one a line; the order is that in which trees and the reference show
// them. What is "inferred" is our reading of a name and its value: no source says more.
var known = []entry{
	{"", inBoth, asGroup, field.Spec{Name: "local.config", Label: "Settings", Trust: field.Inferred, Cite: byProfile, Doc: "The root of Skype's settings; serial counts how often the file was written, timestamp says when, in seconds since 1970."}},
	{"Lib", inBoth, asGroup, field.Spec{Name: "local.lib", Label: "Library", Trust: field.Inferred, Cite: byProfile, Doc: "Settings of the part of Skype that talks to the network."}},
	{"UI", inBoth, asGroup, field.Spec{Name: "local.ui", Label: "User interface", Trust: field.Inferred, Cite: byProfile, Doc: "Settings of windows, sounds and language."}},

	{"Lib/Account", inBoth, asGroup, field.Spec{Name: "local.account", Label: "Account", Trust: field.Measured, Cite: byEP, Doc: "Who logs in; with automatic login the credentials stand here."}},
	{"Lib/Account/Default", inShared, asWords, field.Spec{Name: "local.account.default", Label: "Last account", Show: field.Words, Private: true, Trust: field.Inferred, Cite: byProfile, Doc: "The name of the account that was used last."}},
	{"Lib/Account/Credentials*", inConfig, asSecret, field.Spec{Name: "local.account.credentials", Label: "Credentials", Show: field.Raw, Private: true, Trust: field.Measured, Cite: byEP, Doc: "The encrypted credentials of automatic login: whoever has them and the token that the operating system protects can log in, so they are never taken apart here."}},
	{"Lib/Account/LastPartnerId", inConfig, asNumber, field.Spec{Name: "local.account.partner", Label: "Last partner", Trust: field.Inferred, Cite: byProfile, Doc: "A number that by its name stands for whoever handed out the installation; 0 for Skype itself."}},
	{"Lib/Account/LastUsed", inConfig, asTime, field.Spec{Name: "local.account.used", Label: "Last used", Show: field.Instant, Trust: field.Inferred, Cite: byProfile, Doc: "When the account was last used, in seconds since 1970."}},
	{"Lib/Account/LocalData", inConfig, asNumber, field.Spec{Name: "local.account.localdata", Label: "Local data", Trust: field.Unknown, Cite: byProfile, Doc: "A number that nobody has explained; 0 was seen."}},

	{"Lib/CentralStorage", inConfig, asGroup, field.Spec{Name: "local.storage", Label: "Central storage", Trust: field.Measured, Cite: bySeed, Doc: "The copy of the buddy list that Skype's servers keep, and how far this client agrees with it."}},
	{"Lib/CentralStorage/LastBackoff", inConfig, asNumber, field.Spec{Name: "local.storage.backoff", Label: "Last backoff", Trust: field.Inferred, Cite: byProfile, Doc: "By its name how long the client was last told to wait before it tries again; 0 for not at all."}},
	{"Lib/CentralStorage/LastFailure", inConfig, asNumber, field.Spec{Name: "local.storage.failure", Label: "Last failure", Trust: field.Inferred, Cite: byProfile, Doc: "By its name when the last attempt failed, or why; 0 for never."}},
	{"Lib/CentralStorage/LastSync", inConfig, asTime, field.Spec{Name: "local.storage.sync", Label: "Last synchronised", Show: field.Instant, Trust: field.Inferred, Cite: byProfile, Doc: "When client and server last agreed on the buddy list, in seconds since 1970."}},
	{"Lib/CentralStorage/NeedSync", inConfig, asFlag, field.Spec{Name: "local.storage.need", Label: "Needs synchronising", Show: field.Flag, Trust: field.Inferred, Cite: byProfile, Doc: "Whether something changed here that the server does not know yet."}},
	{"Lib/CentralStorage/SyncSet", inConfig, asGroup, field.Spec{Name: "local.syncset", Label: "Records kept in common", Trust: field.Measured, Cite: bySeed, Doc: "One record for each thing that client and server keep in common: buddies under u, groups under g."}},
	{"Lib/CentralStorage/SyncSet/u", inConfig, asGroup, field.Spec{Name: "local.buddies", Label: "Buddies", Trust: field.Measured, Cite: bySeed, Doc: "One element for each buddy: its name is the buddy's, its text the buddy's record."}},
	{"Lib/CentralStorage/SyncSet/u/*", inConfig, asBuddy, field.Spec{Name: "local.buddy", Label: "Buddy", Private: true, Trust: field.Measured, Cite: bySeed, Doc: "The record of a buddy: a number of four bytes in hexadecimal digits, a colon, and a small number."}},
	{"Lib/CentralStorage/SyncSet/g", inConfig, asGroup, field.Spec{Name: "local.groups", Label: "Groups", Trust: field.Inferred, Cite: byProfile, Doc: "By its place the groups that the buddies were sorted into."}},
	{"Lib/CentralStorage/SyncSet/g/*", inConfig, asBuddy, field.Spec{Name: "local.group", Label: "Group", Private: true, Trust: field.Inferred, Cite: byProfile, Doc: "By its place the record of a group of buddies, written like that of a buddy."}},
	{"Lib/CentralStorage/SyncSet/ApplicationServers", inConfig, asGroup, field.Spec{Name: "local.syncset.servers", Label: "Application servers", Trust: field.Unknown, Cite: byProfile, Doc: "Records that nobody has explained."}},
	{"Lib/CentralStorage/ApplicationServers", inConfig, asGroup, field.Spec{Name: "local.storage.servers", Label: "Application servers", Trust: field.Unknown, Cite: byProfile, Doc: "Records that nobody has explained."}},

	{"**/DisableCodecs", inConfig, asCodecs, field.Spec{Name: "local.disablecodecs", Label: "Disabled codecs", Show: field.Words, Trust: field.Measured, Cite: byBonfiglio, Doc: "Codecs that the client shall not use, put here by hand to force another one; where in the file it stands and what parts the names is nowhere written, so it is taken wherever it is.", Term: "codec"}},
	{"AccessControlList", inConfig, asGroup, field.Spec{Name: "local.acl", Label: "Access control list", Trust: field.Reversed, Cite: byDK, Doc: "Which other programs may use Skype, and by what they are known."}},
	{"AccessControlList/Client*", inConfig, asGroup, field.Spec{Name: "local.acl.client", Label: "Program", Trust: field.Reversed, Cite: byDK, Doc: "One program that may use Skype."}},
	{"AccessControlList/Client*/Key1", inConfig, asHex, field.Spec{Name: "local.acl.key1", Label: "Key 1", Show: field.Raw, Trust: field.Reversed, Cite: byDK, Doc: "Two MD5 sums, of the program's path and of the program itself, and a salt."}},
	{"AccessControlList/Client*/Key2", inConfig, asHex, field.Spec{Name: "local.acl.key2", Label: "Key 2", Show: field.Raw, Trust: field.Reversed, Cite: byDK, Doc: "An MD5 sum of the path with a word around it, which says that the user allowed the program."}},
	{"AccessControlList/Client*/Key3", inConfig, asWords, field.Spec{Name: "local.acl.key3", Label: "Key 3", Show: field.Words, Trust: field.Reversed, Cite: byDK, Doc: "The number of the program's last window."}},
	{"AccessControlList/Client*/Path", inConfig, asWords, field.Spec{Name: "local.acl.path", Label: "Path", Show: field.Words, Private: true, Trust: field.Reversed, Cite: byDK, Doc: "Where the program lies."}},
	{"Lib/Chat/History", inConfig, asNumber, field.Spec{Name: "local.chat.history", Label: "Chat history", Trust: field.Unknown, Cite: byProfile, Doc: "A number that by its name says how long chats are kept; the meaning of its values is not known."}},
	{"Lib/MediaMessaging/StorageTransformEnabled", inConfig, asFlag, field.Spec{Name: "local.media.transform", Label: "Storage transform", Show: field.Flag, Trust: field.Inferred, Cite: byInstall, Doc: "A switch that programs for installing Skype turn off; by its name it changes pictures before they are stored."}},

	{"Lib/BackboneInited", inShared, asFlag, field.Spec{Name: "local.backbone", Label: "Backbone initialised", Show: field.Flag, Trust: field.Inferred, Cite: byProfile, Doc: "By its name whether the client has been connected to the network before."}},
	{"Lib/Connection", inShared, asGroup, field.Spec{Name: "local.connection", Label: "Connection", Trust: field.Measured, Cite: byJS, Doc: "How the client reaches the network, and what it learnt about that."}},
	{"Lib/Connection/HostCache", inShared, asList, field.Spec{Name: "local.hostcache", Label: "Host cache", Show: field.Raw, Trust: field.Measured, Cite: byHC, Doc: "At most 200 supernodes that the client knows, so that it can find into the network again: an object list in hexadecimal digits.", Term: "host-cache"}},
	{"Lib/Connection/HostCache/*", inShared, asList, field.Spec{Name: "local.hostcache.part", Label: "Part of the host cache", Show: field.Raw, Trust: field.Measured, Cite: byHC, Doc: "Some versions keep the host cache in numbered parts.", Term: "host-cache"}},
	{"Lib/Connection/ListeningPort", inShared, asNumber, field.Spec{Name: "local.port", Label: "Listening port", Trust: field.Measured, Cite: byProfile, Doc: "The port, for UDP and TCP alike, at which the client waits for others: chosen once when it was installed, so it tells this client from others in a capture.", Term: "port"}},
	{"Lib/Connection/Port", inShared, asNumber, field.Spec{Name: "local.port.set", Label: "Port", Trust: field.Inferred, Cite: byProfile, Doc: "A port; by its name and value the one that the user may set for incoming connections.", Term: "port"}},
	{"Lib/Connection/Supernode", inShared, asAddr, field.Spec{Name: "local.supernode", Label: "Supernode", Private: true, Trust: field.Inferred, Cite: byProfile, Doc: "By its name the supernode that the client was last connected to.", Term: "supernode"}},
	{"Lib/Connection/LastIP", inShared, asIP, field.Spec{Name: "local.lastip", Label: "Last address", Show: field.IP, Private: true, Trust: field.Inferred, Cite: byProfile, Doc: "The address the machine had last, as one decimal number."}},
	{"Lib/Connection/DisableUDP", inShared, asFlag, field.Spec{Name: "local.disableudp", Label: "UDP disabled", Show: field.Flag, Trust: field.Inferred, Cite: byProfile, Doc: "Whether the client does without UDP."}},
	{"Lib/Connection/DisablePort80", inShared, asFlag, field.Spec{Name: "local.disable80", Label: "Port 80 disabled", Show: field.Flag, Trust: field.Inferred, Cite: byProfile, Doc: "Whether the client does without listening at ports 80 and 443."}},
	{"Lib/Connection/UPnP", inShared, asFlag, field.Spec{Name: "local.upnp", Label: "UPnP", Show: field.Flag, Trust: field.Inferred, Cite: byProfile, Doc: "Whether the client asks the router to open its port."}},
	{"Lib/Connection/HttpsProxy", inShared, asGroup, field.Spec{Name: "local.proxy", Label: "Proxy", Trust: field.Inferred, Cite: byProfile, Doc: "The web proxy through which the client may connect."}},
	{"Lib/Connection/HttpsProxy/*", inShared, asWords, field.Spec{Name: "local.proxy.value", Label: "Setting of the proxy", Show: field.Words, Private: true, Trust: field.Inferred, Cite: byProfile, Doc: "A setting of the web proxy: its address, or who logs in there."}},
	{"Lib/Connection/Bandwidth", inShared, asGroup, field.Spec{Name: "local.bandwidth", Label: "Bandwidth", Trust: field.Measured, Cite: byJS, Doc: "What the client measured of its own traffic."}},
	{"Lib/Connection/Bandwidth/CurSlotLength", inShared, asNumber, field.Spec{Name: "local.bandwidth.slot", Label: "Length of a slot", Trust: field.Inferred, Cite: byProfile, Doc: "By its name how long one entry of the history lasts, perhaps in seconds."}},
	{"Lib/Connection/Bandwidth/InHistory", inShared, asNumbers, field.Spec{Name: "local.bandwidth.in", Label: "Received, history", Trust: field.Measured, Cite: byJS, Doc: "Numbers with commas between that tell how much was received; their unit is not known."}},
	{"Lib/Connection/Bandwidth/OutHistory", inShared, asNumbers, field.Spec{Name: "local.bandwidth.out", Label: "Sent, history", Trust: field.Measured, Cite: byJS, Doc: "Numbers with commas between that tell how much was sent; their unit is not known."}},
	{"Lib/Connection/Firewall", inShared, asGroup, field.Spec{Name: "local.firewall", Label: "Firewall", Trust: field.Inferred, Cite: byProfile, Doc: "What the client learnt of the firewall it stands behind."}},
	{"Lib/Connection/Firewall/TcpInHistory", inShared, asNumber, field.Spec{Name: "local.firewall.tcpin", Label: "TCP from outside, history", Trust: field.Inferred, Cite: byProfile, Doc: "A signed number of 32 bits; by its name and size a row of successes and failures, one a bit."}},
	{"Lib/Connection/Firewall/UdpInHistory", inShared, asNumber, field.Spec{Name: "local.firewall.udpin", Label: "UDP from outside, history", Trust: field.Inferred, Cite: byProfile, Doc: "A signed number of 32 bits; by its name and size a row of successes and failures, one a bit."}},
	{"Lib/Connection/Firewall/UdpOutHistory", inShared, asNumber, field.Spec{Name: "local.firewall.udpout", Label: "UDP to outside, history", Trust: field.Inferred, Cite: byProfile, Doc: "A signed number of 32 bits; by its name and size a row of successes and failures, one a bit."}},
	{"Lib/Connection/NatTracker", inShared, asGroup, field.Spec{Name: "local.nat", Label: "NAT tracker", Trust: field.Measured, Cite: byPOM, Doc: "What the client learnt of the address translation it stands behind.", Term: "nat"}},
	{"Lib/Connection/NatTracker/ContraProbeResults", inShared, asAddrs, field.Spec{Name: "local.nat.public", Label: "Public addresses", Private: true, Trust: field.Measured, Cite: byPOM, Doc: "Public addresses and ports at which others saw this client, in the clear, with blanks between.", Term: "reflexive-address"}},
	{"Lib/Connection/NatTracker/PreviousNatType", inShared, asNumber, field.Spec{Name: "local.nat.type", Label: "Previous kind of NAT", Trust: field.Unknown, Cite: byProfile, Doc: "A number for the kind of address translation; which stands for which is not known."}},
	{"Lib/Connection/NatTracker/ProbeResults", inShared, asGroup, field.Spec{Name: "local.nat.probes", Label: "Results of probes", Trust: field.Measured, Cite: byPOM, Doc: "Results of tests, each in an element whose name is a time."}},
	{"Lib/Connection/NatTracker/ProbeResults/*", inShared, asHex, field.Spec{Name: "local.nat.probe", Label: "Result of a probe", Show: field.Raw, Trust: field.Unknown, Cite: byPOM, Doc: "Bytes that nobody has explained; the name of the element is the time of the test, in seconds since 1970, behind an underscore."}},
	{"Lib/Localnode/NodeID", inShared, asHex, field.Spec{Name: "local.nodeid", Label: "Node id", Show: field.Raw, Private: true, Trust: field.Inferred, Cite: byProfile, Doc: "Eight bytes that by their name and number are the id by which the network knows this installation.", Term: "vcard"}},
	{"Lib/BCM/*", inShared, asHex, field.Spec{Name: "local.bcm", Label: "BCM", Show: field.Raw, Trust: field.Unknown, Cite: byJS, Doc: "Large blocks of bytes that nobody has explained."}},
	{"Lib/FeatureTracker/Signatures/*", inShared, asHex, field.Spec{Name: "local.features", Label: "Signature of a feature", Show: field.Raw, Trust: field.Unknown, Cite: byJS, Doc: "Bytes that nobody has explained; by the name they sign which features this client may use."}},
	{"Lib/Griffin/IP", inShared, asHex, field.Spec{Name: "local.griffin", Label: "Griffin", Show: field.Raw, Private: true, Trust: field.Unknown, Cite: byJS, Doc: "Bytes that nobody has explained; by the name there may be addresses in them."}},
	{"Lib/NBwE_BandwidthStorage", inShared, asHex, field.Spec{Name: "local.bandwidth.nbwe", Label: "Bandwidth storage", Show: field.Raw, Trust: field.Unknown, Cite: byJS, Doc: "Bytes that nobody has explained; by the name estimates of the bandwidth."}},
	{"Lib/NBwM_Storage", inShared, asHex, field.Spec{Name: "local.bandwidth.nbwm", Label: "Bandwidth storage, another", Show: field.Raw, Trust: field.Unknown, Cite: byJS, Doc: "Bytes that nobody has explained; by the name measurements of the bandwidth."}},
	{"**/PermaProps", inBoth, asMaybe, field.Spec{Name: "local.permaprops", Label: "Permanent properties", Show: field.Raw, Trust: field.Unknown, Cite: byJS, Doc: "Bytes that nobody has explained; where they begin with 41 they may be an object list.", Term: "object-list"}},
	{"**/NodeTokens", inShared, asMaybe, field.Spec{Name: "local.nodetokens", Label: "Node tokens", Show: field.Raw, Trust: field.Unknown, Cite: byJS, Doc: "Bytes that nobody has explained; where they begin with 41 they may be an object list, with 42 a packed one.", Term: "object-list"}},

	{"UI/Language", inConfig, asWords, field.Spec{Name: "local.ui.language", Label: "Language", Show: field.Words, Trust: field.Inferred, Cite: byProfile, Doc: "The language of windows and menus."}},
	{"UI/General/AutoStart", inBoth, asFlag, field.Spec{Name: "local.ui.autostart", Label: "Starts by itself", Show: field.Flag, Trust: field.Inferred, Cite: byProfile, Doc: "Whether Skype starts with the machine."}},
	{"UI/General/LastLogin", inBoth, asWords, field.Spec{Name: "local.ui.lastlogin", Label: "Last login", Show: field.Words, Private: true, Trust: field.Inferred, Cite: byProfile, Doc: "The name of the account that logged in last."}},
	{"UI/General/ClientID", inShared, asWords, field.Spec{Name: "local.ui.clientid", Label: "Client id", Show: field.Words, Private: true, Trust: field.Inferred, Cite: byProfile, Doc: "A random identifier of this installation."}},
	{"UI/TransferSaveDir", inBoth, asWords, field.Spec{Name: "local.ui.savedir", Label: "Folder for files", Show: field.Words, Private: true, Trust: field.Inferred, Cite: byInstall, Doc: "Where files that others send are put."}},
}

// A branch of the table as a tree: names lead from a root to what is known.
type branch struct {
	name  string // "*" and "NAME*" as in entry.path
	entry int    // in known, or -1
	kids  []*branch
}

// plant makes a tree of the table. It is small, and grown anew for each file.
func plant() *branch {
	root := &branch{entry: -1}
	for i := range known {
		p := known[i].path
		if strings.HasPrefix(p, "**/") {
			continue
		}
		b := root
		for p != "" {
			name, rest, _ := strings.Cut(p, "/")
			next := b.exact(name)
			if next == nil {
				next = &branch{name: name, entry: -1}
				b.kids = append(b.kids, next)
			}
			b, p = next, rest
		}
		b.entry = i
	}
	return root
}

func (b *branch) exact(name string) *branch {
	for _, k := range b.kids {
		if k.name == name {
			return k
		}
	}
	return nil
}

// step goes from an element to one in it; nil where nothing is known. The plain name counts, and
// an exact one before any that begins so.
func (b *branch) step(name string) *branch {
	if b == nil {
		return nil
	}
	if k := b.exact(name); k != nil {
		return k
	}
	for _, k := range b.kids {
		if n := len(k.name) - 1; n >= 0 && k.name[n] == '*' && strings.HasPrefix(name, k.name[:n]) {
			return k
		}
	}
	return nil
}

// anywhere finds what is known of an element by its name alone, or -1.
func anywhere(name string) int {
	for i := range known {
		if rest, ok := strings.CutPrefix(known[i].path, "**/"); ok && rest == name {
			return i
		}
	}
	return -1
}
