package mprun.internal;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * What a class file tells that reflection does not: the name of the source
 * and the first line of each method, in the order of the source.
 */
final class ClassFile {
    private static final int MAGIC = 0xCAFEBABE;

    private final Object[] constants;
    private final Map<String, Integer> lines = new HashMap<>();
    private String name;
    private String source;
    private boolean names;

    private ClassFile(int constants) {
        this.constants = new Object[constants];
    }

    static ClassFile parse(byte[] bytes) throws IOException {
        DataInputStream in =
                new DataInputStream(new ByteArrayInputStream(bytes));
        if (in.readInt() != MAGIC) {
            throw new IOException("no class file");
        }
        in.readInt();
        ClassFile file = new ClassFile(in.readUnsignedShort());
        file.readConstants(in);
        in.readUnsignedShort();
        int self = in.readUnsignedShort();
        file.name = ((String) file.constants[(Integer) file.constants[self]])
                .replace('/', '.');
        in.readUnsignedShort();
        in.skipNBytes(2L * in.readUnsignedShort());
        file.readMembers(in);
        file.readMembers(in);
        file.readAttributes(in, null);
        return file;
    }

    /** The name of the class. */
    String name() {
        return name;
    }

    /** The name of the source file without its folder, or null. */
    String source() {
        return source;
    }

    /** The first line of the method's body, or 0. */
    int line(String method, String descriptor) {
        return lines.getOrDefault(method + descriptor, 0);
    }

    /** Whether the class names one of our annotations. */
    boolean isAnnotated() {
        return names;
    }

    private void readConstants(DataInputStream in) throws IOException {
        for (int at = 1; at < constants.length; at++) {
            int tag = in.readUnsignedByte();
            switch (tag) {
                case 1:
                    String text = in.readUTF();
                    constants[at] = text;
                    names |= Annotations.isOurs(text);
                    break;
                case 7:
                    constants[at] = in.readUnsignedShort();
                    break;
                case 8, 16, 19, 20:
                    in.skipNBytes(2);
                    break;
                case 15:
                    in.skipNBytes(3);
                    break;
                case 5, 6:
                    in.skipNBytes(8);
                    at++;
                    break;
                case 3, 4, 9, 10, 11, 12, 17, 18:
                    in.skipNBytes(4);
                    break;
                default:
                    throw new IOException("unknown constant " + tag);
            }
        }
    }

    private void readMembers(DataInputStream in) throws IOException {
        int count = in.readUnsignedShort();
        for (int at = 0; at < count; at++) {
            in.readUnsignedShort();
            String member = (String) constants[in.readUnsignedShort()];
            readAttributes(in,
                    member + constants[in.readUnsignedShort()]);
        }
    }

    private void readAttributes(DataInputStream in, String member)
            throws IOException {
        int count = in.readUnsignedShort();
        for (int at = 0; at < count; at++) {
            Object attribute = constants[in.readUnsignedShort()];
            int length = in.readInt();
            if ("Code".equals(attribute)) {
                in.skipNBytes(4);
                in.skipNBytes(in.readInt());
                in.skipNBytes(8L * in.readUnsignedShort());
                readAttributes(in, member);
            } else if ("LineNumberTable".equals(attribute)) {
                readLines(in, member);
            } else if ("SourceFile".equals(attribute)) {
                source = (String) constants[in.readUnsignedShort()];
            } else {
                in.skipNBytes(length);
            }
        }
    }

    private void readLines(DataInputStream in, String member)
            throws IOException {
        int count = in.readUnsignedShort();
        for (int at = 0; at < count; at++) {
            in.readUnsignedShort();
            lines.merge(member, in.readUnsignedShort(), Math::min);
        }
    }
}
