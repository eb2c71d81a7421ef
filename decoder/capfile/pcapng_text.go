package capfile

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"strings"
	"unicode/utf8"
)

// clip makes text of at most n bytes for a line on the screen: UTF-8, without
// what follows a zero byte and without control characters.
func clip(b []byte, n int) string {
	if i := strings.IndexByte(string(b[:min(len(b), n+1)]), 0); i >= 0 {
		b = b[:i]
	}
	cut := len(b) > n
	if cut {
		for b = b[:n]; len(b) > 0 && !utf8.RuneStart(b[len(b)-1]); {
			b = b[:len(b)-1]
		}
		if len(b) > 0 && b[len(b)-1] >= utf8.RuneSelf {
			b = b[:len(b)-1]
		}
	}
	s := strings.Map(func(r rune) rune {
		if r < 0x20 || r == 0x7f {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(string(b), "\uFFFD"))
	if cut {
		s += "…"
	}
	return s
}

// blockText says in a line what a block holds. fault is what is wrong with it, or "".
// b is the whole block, and long enough for its type where walk depends on it.
func (c *pcapng) blockText(typ uint32, b []byte, o binary.ByteOrder) (text, fault string) {
	var parts []string
	add := func(format string, args ...any) { parts = append(parts, fmt.Sprintf(format, args...)) }
	var comment string
	opts := func(from int, visit func(code uint16, v []byte)) {
		fault = walkOptions(b[from:len(b)-4], o, func(code uint16, v []byte) {
			if code == optComment && comment == "" {
				comment = clip(v, 80)
			}
			visit(code, v)
		})
	}
	switch typ {
	case typeSHB:
		add("version %d.%d", o.Uint16(b[12:]), o.Uint16(b[14:]))
		add("%s", pcapByteOrder[c.big])
		opts(24, func(code uint16, v []byte) {
			if code >= 2 && code <= 4 {
				add("%s", clip(v, 80))
			}
		})
	case typeIDB:
		ifc := &c.here[len(c.here)-1]
		add("interface %d", len(c.here)-1)
		if ifc.name != "" {
			add("%s", ifc.name)
		}
		add("%s", linkName(ifc.link))
		if ifc.snap != 0 {
			add("snap length %d", ifc.snap)
		}
		add("times in %s", unitName(ifc.clock.resol))
		if ifc.clock.offset != 0 {
			add("%+d s", ifc.clock.offset)
		}
		opts(16, func(code uint16, v []byte) {
			if code == 11 && len(v) > 1 && v[0] == 0 {
				add("filter %q", clip(v[1:], 80))
			}
		})
	case typeNRB:
		n, names, at, bad := readNames(b[8:len(b)-4], o)
		add("%s", countOf(n, "name"))
		if len(names) > 0 {
			add("%s", strings.Join(names, ", "))
		}
		if fault = bad; bad == "" {
			opts(8+at, func(uint16, []byte) {})
		}
	case typeISB:
		if len(b) < isbLen {
			return "", fmt.Sprintf("there are %d bytes, at least %d are needed", len(b), isbLen)
		}
		num := o.Uint32(b[8:])
		add("interface %d", num)
		if uint64(num) >= uint64(len(c.here)) {
			return parts[0], fmt.Sprintf("interface %d is named, the section has described %s so far", num, countOf(len(c.here), "interface"))
		}
		opts(20, func(code uint16, v []byte) {
			if len(v) != 8 {
				return
			}
			switch code {
			case 4:
				add("%d received", o.Uint64(v))
			case 5:
				add("%d dropped by the interface", o.Uint64(v))
			case 7:
				add("%d dropped by the system", o.Uint64(v))
			}
		})
	case typeDSB:
		if len(b) < dsbLen {
			return "", fmt.Sprintf("there are %d bytes, at least %d are needed", len(b), dsbLen)
		}
		kind, n := o.Uint32(b[8:]), o.Uint32(b[12:])
		if s, ok := dsbKinds.Name(uint64(kind)); ok {
			add("%s", s)
		} else {
			add("secrets of type 0x%08x", kind)
		}
		add("%d bytes", n)
		if uint64(n) > uint64(len(b)-dsbLen) {
			return strings.Join(parts, ", "), fmt.Sprintf("the secrets claim %d bytes, %d are there", n, len(b)-dsbLen)
		}
		opts(min(len(b)-4, 16+(int(n)+3)&^3), func(uint16, []byte) {})
	case typeCB, typeDCB:
		if len(b) < cbLen {
			return "", fmt.Sprintf("there are %d bytes, at least %d are needed", len(b), cbLen)
		}
		add("Private Enterprise Number %d", o.Uint32(b[8:]))
		add("%d bytes of data", len(b)-cbLen)
		if typ == typeDCB {
			add("not to be copied")
		}
	case typeJournal:
		add("%s", clip(b[8:len(b)-4], 120))
	default:
		add("%d bytes", len(b)-frameLen)
	}
	if comment != "" {
		add("%q", comment)
	}
	text = strings.Join(parts, ", ")
	if len(text) > 400 { // a line, however many options there are
		text = clip([]byte(text), 400)
	}
	return text, fault
}

// readNames counts the names of a Name Resolution Block, lists the first few,
// and says how many bytes the records took.
func readNames(b []byte, o binary.ByteOrder) (n int, first []string, used int, fault string) {
	whole := len(b)
	for len(b) >= 4 {
		typ, size := o.Uint16(b), int(o.Uint16(b[2:]))
		if size > len(b)-4 {
			return n, first, whole - len(b), fmt.Sprintf("a name record claims %d bytes, %d are there", size, len(b)-4)
		}
		v := b[4 : 4+size]
		b = b[min(len(b), 4+(size+3)&^3):]
		var addr string
		switch {
		case typ == 0:
			return n, first, whole - len(b), ""
		case typ == 1 && size > 4:
			addr, v = netip.AddrFrom4([4]byte(v)).String(), v[4:]
		case typ == 2 && size > 16:
			addr, v = netip.AddrFrom16([16]byte(v)).String(), v[16:]
		default:
			continue
		}
		for len(v) > 0 {
			name := v
			if k := strings.IndexByte(string(v), 0); k >= 0 {
				name, v = v[:k], v[k+1:]
			} else {
				v = nil
			}
			if n++; n <= 3 {
				first = append(first, addr+" "+clip(name, 64))
			}
		}
	}
	if len(b) > 0 {
		return n, first, whole - len(b), fmt.Sprintf("%d bytes are left where a name record should be", len(b))
	}
	return n, first, whole, ""
}
