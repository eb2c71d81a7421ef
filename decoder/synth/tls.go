package synth

import "time"

// der writes one element of a certificate.
func der(tag byte, parts ...[]byte) []byte {
	body := join(parts...)
	switch n := len(body); {
	case n < 0x80:
		return join([]byte{tag, byte(n)}, body)
	case n < 0x100:
		return join([]byte{tag, 0x81, byte(n)}, body)
	default:
		return join([]byte{tag, 0x82, byte(n >> 8), byte(n)}, body)
	}
}

// certificate has the shape of one of 2006: RSA 1024, signed with SHA-1. Its
// numbers are random, so nothing could ever be signed with it.
func (w *world) certificate(issuer, subject string) []byte {
	seq := func(p ...[]byte) []byte { return der(0x30, p...) }
	null := []byte{0x05, 0x00}
	sha1RSA := seq(der(0x06, []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x05}), null)
	rsa := seq(der(0x06, []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01}), null)
	cn := func(s string) []byte {
		return seq(der(0x31, seq(der(0x06, []byte{0x55, 0x04, 0x03}), der(0x13, []byte(s)))))
	}
	modulus := w.rng.bytes(128)
	modulus[0] |= 0x80
	key := seq(der(0x02, []byte{0}, modulus), der(0x02, []byte{1, 0, 1}))
	tbs := seq(
		der(0xa0, der(0x02, []byte{2})),
		der(0x02, []byte{0x10}, w.rng.bytes(7)),
		sha1RSA, cn(issuer),
		seq(der(0x17, []byte("060101000000Z")), der(0x17, []byte("080101000000Z"))),
		cn(subject),
		seq(rsa, der(0x03, []byte{0}, key)),
	)
	return seq(tbs, sha1RSA, der(0x03, []byte{0}, w.rng.bytes(128)))
}

func be24(n int) []byte { return []byte{byte(n >> 16), byte(n >> 8), byte(n)} }

func record(kind byte, body []byte) []byte {
	return join([]byte{kind, 3, 1}, be16(uint16(len(body))), body)
}

func handshake(kind byte, body []byte) []byte { return join([]byte{kind}, be24(len(body)), body) }

// shop is a visit to a web shop over TLS 1.0: true TLS, with lengths that fit
// and numbers that change, beside which Skype's imitation can be seen for what
// it is.
func (w *world) shop(from *host, port uint16, server *host, name string) {
	now := be32(uint32(w.start.Add(w.now).Unix()))
	suites := []byte{0, 0x2f, 0, 0x35, 0, 0x05, 0, 0x04, 0, 0x0a}
	host := join([]byte{0}, be16(uint16(len(name))), []byte(name))
	sni := join(be16(0), be16(uint16(len(host)+2)), be16(uint16(len(host))), host)
	hello := handshake(1, join([]byte{3, 1}, now, w.rng.bytes(28), []byte{0},
		be16(uint16(len(suites))), suites, []byte{1, 0}, be16(uint16(len(sni))), sni))
	session := w.rng.bytes(32)
	cert := w.certificate("Example Authority", name)
	answer := join(
		record(22, handshake(2, join([]byte{3, 1}, now, w.rng.bytes(28), []byte{32}, session, []byte{0, 0x2f, 0}))),
		record(22, handshake(11, join(be24(len(cert)+3), be24(len(cert)), cert))),
		record(22, handshake(14, nil)))
	finish := func() []byte { return join(record(20, []byte{1}), record(22, w.rng.bytes(48))) }
	c := w.dial(from, port, server, 443)
	c.open(func() {
		c.talk([]turn{
			{out: true, data: record(22, hello), mark: "tls-hello"},
			{wait: 8 * time.Millisecond, data: answer},
			{wait: 9 * time.Millisecond, out: true, data: join(record(22, handshake(16, join(be16(128), w.rng.bytes(128)))), finish())},
			{wait: 4 * time.Millisecond, data: finish()},
			{out: true, data: record(23, w.rng.bytes(416))},
			{wait: 60 * time.Millisecond, data: record(23, w.rng.bytes(2896))},
			{wait: 4 * time.Second, out: true, data: record(23, w.rng.bytes(480))},
			{wait: 90 * time.Millisecond, data: record(23, w.rng.bytes(1824))},
			{wait: 3 * time.Second, out: true, data: record(21, w.rng.bytes(32))},
		}, c.close)
	})
}
