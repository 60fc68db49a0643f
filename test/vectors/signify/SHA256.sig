untrusted comment: verify with base.pub
RWSedJMxhCwaVnKYV/O+Z2VuBejbNiM4rbvZQlcGc3mmoNyfk++LyCaQTLVCsmAungd3h8Bwic0jRZvYodwS5xjF6ByoxgBY5AY=
SHA256 (tool-1.2.3-linux.tar.gz) = e4badcd2d131932b4b2a90e40373fb58adde1766a4c74ad47f918b36a4d56e34
