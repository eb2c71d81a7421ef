package inet

// SkypeName says what a DNS name was to Skype in its peer-to-peer years; ok is false for others.
func SkypeName(name string) (what string, ok bool) { return "", false }
