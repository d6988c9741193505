using System.Buffers.Binary;

namespace IlgpuGan.Tensors.Formats.Safetensors;

/// <summary>A safetensors file, on disk or in memory. Arrays are views of its bytes, valid until it is disposed.</summary>
/// <remarks>Layout: header length (8 bytes, little-endian), a JSON header of that length, then the arrays without gap or overlap.</remarks>
public sealed class SafetensorsFile : TensorFile
{
    /// <summary>Size of the header's length field in bytes.</summary>
    private const int Prefix = sizeof(ulong);

    private readonly IFileBytes _file;
    private readonly SafetensorsHeader _header;

    /// <exception cref="CheckpointFormatException">The header breaks a rule of the format.</exception>
    public SafetensorsFile(string path)
        : this(new MappedFile(path))
    {
    }

    /// <param name="name">name of the file, for messages</param>
    /// <param name="content">all bytes of the file; they must not change</param>
    /// <exception cref="CheckpointFormatException">The header breaks a rule of the format.</exception>
    public SafetensorsFile(string name, ReadOnlyMemory<byte> content)
        : this(new FileInMemory(name, content))
    {
    }

    private SafetensorsFile(IFileBytes file)
        : this(file, ReadHeader(file))
    {
    }

    private SafetensorsFile(IFileBytes file, SafetensorsHeader header)
        : base(file.Path, header.Entries, header.Metadata) =>
        (_file, _header) = (file, header);

    public override string Format => "safetensors";

    /// <summary>
    /// Whether a file starts with a header length within the format's limit, whose upper half is zeros, and then an opening brace. The
    /// lower half may be the first bytes of a pickle, an archive or an ONNX model, but none of these goes on with zeros and a brace.
    /// </summary>
    internal static bool Recognizes(ReadOnlySpan<byte> start) =>
        Resembles(start) && BinaryPrimitives.ReadUInt64LittleEndian(start) <= SafetensorsHeader.MaximumLength;

    /// <summary>Whether a file of no other format seems to be safetensors, with a wrong header length.</summary>
    internal static bool Resembles(ReadOnlySpan<byte> start) => start.Length > Prefix && start[Prefix] == '{';

    private protected override NamedArray ReadAt(int index)
    {
        var (entry, begin, length) = (Entries[index], _header.Begins[index], _header.Lengths[index]);
        return new NamedArray(entry.Name, entry.Type, entry.Shape, _file.Slice(begin, length));
    }

    private protected override ArrayReader ReaderAt(int index) =>
        Entries[index].Type == ElementType.F32 && _file is MappedFile mapped ? new FileReader(mapped.Data, _header.Begins[index])
            : base.ReaderAt(index);

    protected override void Dispose(bool disposing) => _file.Dispose();

    private static SafetensorsHeader ReadHeader(IFileBytes file)
    {
        try
        {
            if (file.Length < Prefix)
            {
                throw new CheckpointFormatException(file.Path, file.Length, "the file ends before the header's length");
            }
            var length = BinaryPrimitives.ReadUInt64LittleEndian(file.Slice(0, Prefix).Span);
            if (length > SafetensorsHeader.MaximumLength)
            {
                throw new CheckpointFormatException(
                    file.Path, 0, $"the header claims {length} bytes; the format's limit is {SafetensorsHeader.MaximumLength}");
            }
            if (length > (ulong)(file.Length - Prefix))
            {
                throw new CheckpointFormatException(
                    file.Path, 0, $"the header claims {length} bytes, but only {file.Length - Prefix} follow; the file is cut short");
            }
            return SafetensorsHeader.Parse(file.Path, file.Slice(Prefix, (int)length).Span, file.Length - Prefix - (long)length);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}
