using System.Buffers.Binary;

namespace IlgpuGan.Tensors.Formats.Safetensors;

/// <summary>A safetensors file. Arrays are views of its mapping into memory, valid until it is disposed.</summary>
/// <remarks>Layout: header length (8 bytes, little-endian), a JSON header of that length, then the arrays without gap or overlap.</remarks>
public sealed class SafetensorsFile : TensorFile
{
    private readonly MappedFile _file;
    private readonly SafetensorsHeader _header;

    /// <exception cref="CheckpointFormatException">The header breaks a rule of the format.</exception>
    public SafetensorsFile(string path)
        : this(new MappedFile(path))
    {
    }

    private SafetensorsFile(MappedFile file)
        : this(file, ReadHeader(file))
    {
    }

    private SafetensorsFile(MappedFile file, SafetensorsHeader header)
        : base(file.Path, header.Entries, header.Metadata) =>
        (_file, _header) = (file, header);

    public override string Format => "safetensors";

    /// <summary>Whether a file that starts so can be safetensors: a header length, then an opening brace.</summary>
    internal static bool Recognizes(ReadOnlySpan<byte> start) => start.Length > 8 && start[8] == '{';

    private protected override NamedArray ReadAt(int index)
    {
        var (entry, begin, length) = (Entries[index], _header.Begins[index], _header.Lengths[index]);
        return new NamedArray(entry.Name, entry.Type, entry.Shape, _file.Slice(begin, length));
    }

    private protected override ArrayReader ReaderAt(int index) =>
        Entries[index].Type == ElementType.F32 ? new FileReader(_file.Data, _header.Begins[index]) : base.ReaderAt(index);

    protected override void Dispose(bool disposing) => _file.Dispose();

    private static SafetensorsHeader ReadHeader(MappedFile file)
    {
        try
        {
            if (file.Length < 8)
                throw new CheckpointFormatException(file.Path, file.Length, "the file ends before the header's length");
            var length = BinaryPrimitives.ReadUInt64LittleEndian(file.Slice(0, 8).Span);
            if (length > SafetensorsHeader.MaximumLength)
                throw new CheckpointFormatException(file.Path, 0, $"the header claims {length} bytes; the format's limit is {SafetensorsHeader.MaximumLength}");
            if (length > (ulong)(file.Length - 8))
                throw new CheckpointFormatException(file.Path, 0, $"the header claims {length} bytes, but only {file.Length - 8} follow; the file is cut short");
            return SafetensorsHeader.Parse(file.Path, file.Slice(8, (int)length).Span, file.Length - 8 - (long)length);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}
