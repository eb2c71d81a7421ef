package decoder

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"io"

	"somscope/decoder/capfile"
)

// sampleLen is the length of each of the three pieces the fingerprint looks at.
// The first rows wait for it, and SHA-256 in cold WebAssembly is slow.
const sampleLen = 16 << 10

// Fingerprint names the content of a file for links: the first 12 hexadecimal
// digits of SHA-256 over its size (8 bytes, big-endian) and its first, middle
// and last 16 KiB. A file of up to 16 KiB goes in once, whole. It tells files
// apart that a person may hold; it is no proof against one who forges.
func Fingerprint(src capfile.Source) (string, error) {
	size := src.Size()
	h := sha256.New()
	var n [8]byte
	binary.BigEndian.PutUint64(n[:], uint64(size))
	h.Write(n[:])
	offs := []int64{0}
	if size > sampleLen {
		offs = []int64{0, (size - sampleLen) / 2, size - sampleLen}
	}
	buf := make([]byte, min(size, sampleLen))
	for _, off := range offs {
		if k, err := src.ReadAt(buf, off); k < len(buf) {
			if err == nil {
				err = io.ErrUnexpectedEOF
			}
			return "", err
		}
		h.Write(buf)
	}
	return hex.EncodeToString(h.Sum(nil)[:6]), nil
}
