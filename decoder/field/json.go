package field

import (
	"errors"
	"math"
	"strconv"
	"unicode/utf8"
)

// AppendJSON appends the dissection as one JSON document without line breaks:
//
//	{"packet": 1, "buffers": [...], "tree": {...}}
//
// A buffer has name, hex, file_off (-1 when it is in no file), how, exact, per
// (bytes of its source that spell one of its own, 0 when they do not) and from. A node has name, label, buf, off and len (in bits), mask (of the run,
// right-aligned; 0 means all of it), value (number, flag, text or null), text
// (the value as the tree shows it), trust, cite, readings, note, err (null or
// an object with off, in, what and kind) and kids. Every key is always there.
//
// It is written by hand because the browser's engine has no room for
// encoding/json. The result is valid JSON whatever the packet held.
func (d *Dissection) AppendJSON(b []byte) []byte {
	b = append(b, `{"packet":`...)
	b = strconv.AppendUint(b, uint64(d.Packet), 10)
	b = append(b, `,"buffers":[`...)
	for i := range d.Buffers {
		if i > 0 {
			b = append(b, ',')
		}
		b = d.Buffers[i].appendJSON(b)
	}
	b = append(b, `],"tree":`...)
	b = d.Root.appendJSON(b, 0)
	return append(b, '}')
}

func (f *Buffer) appendJSON(b []byte) []byte {
	const digits = "0123456789abcdef"
	b = append(b, `{"name":`...)
	b = AppendJSONString(b, f.Name)
	b = append(b, `,"hex":"`...)
	for _, c := range f.Data {
		b = append(b, digits[c>>4], digits[c&15])
	}
	b = append(b, `","file_off":`...)
	b = strconv.AppendInt(b, f.FileOff, 10)
	b = append(b, `,"how":`...)
	b = AppendJSONString(b, f.How)
	b = append(b, `,"exact":`...)
	b = strconv.AppendBool(b, f.Exact)
	b = append(b, `,"per":`...)
	b = strconv.AppendInt(b, int64(f.Per), 10)
	b = append(b, `,"from":[`...)
	for i, r := range f.From {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, '{')
		b = r.appendJSON(b)
		b = append(b, '}')
	}
	return append(b, "]}"...)
}

func (r Range) appendJSON(b []byte) []byte {
	b = append(b, `"buf":`...)
	b = strconv.AppendUint(b, uint64(r.Buf), 10)
	b = append(b, `,"off":`...)
	b = strconv.AppendInt(b, int64(r.Off), 10)
	b = append(b, `,"len":`...)
	b = strconv.AppendInt(b, int64(r.Len), 10)
	b = append(b, `,"mask":`...)
	return strconv.AppendUint(b, r.Mask, 10)
}

func (n *Node) appendJSON(b []byte, depth int) []byte {
	s := n.Spec
	b = append(b, `{"name":`...)
	b = AppendJSONString(b, s.Name)
	b = append(b, `,"label":`...)
	b = AppendJSONString(b, s.Label)
	b = append(b, ',')
	b = n.Range.appendJSON(b)
	if len(n.More) > 0 {
		b = append(b, `,"more":[`...)
		for i, r := range n.More {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(b, '{')
			b = r.appendJSON(b)
			b = append(b, '}')
		}
		b = append(b, ']')
	}
	b = append(b, `,"value":`...)
	b = appendAny(b, n.Value.Any())
	b = append(b, `,"text":`...)
	b = AppendJSONString(b, n.Text())
	b = append(b, `,"trust":`...)
	b = AppendJSONString(b, s.Trust.String())
	b = append(b, `,"cite":[`...)
	for i, c := range s.Cite {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, '{')
		b = c.appendJSON(b)
		b = append(b, '}')
	}
	b = append(b, `],"readings":[`...)
	for i := range s.Readings {
		r := &s.Readings[i]
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, '{')
		b = r.Cite.appendJSON(b)
		b = append(b, `,"says":`...)
		b = AppendJSONString(b, r.Says)
		b = append(b, `,"ours":`...)
		b = strconv.AppendBool(b, r.Ours)
		b = append(b, `,"values":[`...)
		for j, v := range r.Values {
			if j > 0 {
				b = append(b, ',')
			}
			b = strconv.AppendUint(b, v, 10)
		}
		b = append(b, `],"applies":`...)
		b = strconv.AppendBool(b, r.Applies(n.Value))
		b = append(b, '}')
	}
	b = append(b, `],"note":`...)
	b = AppendJSONString(b, n.Note)
	b = append(b, `,"err":`...)
	if n.Err == nil {
		b = append(b, "null"...)
	} else {
		b = n.Err.AppendJSON(b)
	}
	b = append(b, `,"kids":[`...)
	if depth <= MaxDepth {
		for i := range n.Kids {
			if i > 0 {
				b = append(b, ',')
			}
			b = n.Kids[i].appendJSON(b, depth+1)
		}
	}
	return append(b, "]}"...)
}

func (c Cite) appendJSON(b []byte) []byte {
	b = append(b, `"key":`...)
	b = AppendJSONString(b, c.Key)
	b = append(b, `,"where":`...)
	return AppendJSONString(b, c.Where)
}

// AppendJSON appends the error as an object with off, in, what and kind; kind
// is Kind's word.
func (e *Error) AppendJSON(b []byte) []byte {
	b = append(b, `{"off":`...)
	b = strconv.AppendInt(b, e.Off, 10)
	b = append(b, `,"in":`...)
	b = AppendJSONString(b, e.In)
	b = append(b, `,"what":`...)
	b = AppendJSONString(b, e.What)
	b = append(b, `,"kind":`...)
	b = AppendJSONString(b, e.Kind())
	return append(b, '}')
}

// Kind is one word for the sentinel behind the error: "short", "snapped",
// "format", "unsupported", "checksum", "limit", or "other".
func (e *Error) Kind() string {
	for _, k := range [...]struct {
		err  error
		word string
	}{
		{ErrShort, "short"}, {ErrSnapped, "snapped"}, {ErrFormat, "format"},
		{ErrUnsupported, "unsupported"}, {ErrChecksum, "checksum"}, {ErrLimit, "limit"},
	} {
		if errors.Is(e, k.err) {
			return k.word
		}
	}
	return "other"
}

// appendAny appends what Value.Any returns.
func appendAny(b []byte, v any) []byte {
	switch v := v.(type) {
	case uint64:
		return strconv.AppendUint(b, v, 10)
	case int64:
		return strconv.AppendInt(b, v, 10)
	case bool:
		return strconv.AppendBool(b, v)
	case string:
		return AppendJSONString(b, v)
	case float64:
		if !math.IsInf(v, 0) && !math.IsNaN(v) {
			return strconv.AppendFloat(b, v, 'f', -1, 64)
		}
	}
	return append(b, "null"...)
}

// AppendJSONString appends s as a JSON string. Bytes that are not UTF-8 become
// U+FFFD; control characters are escaped, those beyond ASCII too.
func AppendJSONString(b []byte, s string) []byte {
	const digits = "0123456789abcdef"
	b = append(b, '"')
	for _, r := range s { // ranging turns what is not UTF-8 into U+FFFD
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r == '\n':
			b = append(b, `\n`...)
		case r == '\r':
			b = append(b, `\r`...)
		case r == '\t':
			b = append(b, `\t`...)
		case r < 0x20, r >= 0x7f && r < 0xa0, r == 0x2028, r == 0x2029:
			b = append(b, '\\', 'u', digits[r>>12&15], digits[r>>8&15], digits[r>>4&15], digits[r&15])
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return append(b, '"')
}
