using System.Collections.Immutable;
using System.Reflection;
using ILGPU.Backends;
using ILGPU.IR;

namespace ILGPU.Runtime;

/// <summary>A compiled image, and what it depends on, as bytes of an entry of the disk cache.</summary>
internal static class KernelImageFormat
{
    private const BindingFlags InstanceFields = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    public static byte[] Write(KernelImage image)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        ImageDependencies.Write(writer, image.Provenance!);
        writer.Write(image.EntryPoint);
        writer.Write7BitEncodedInt(image.IndexDimensions);
        writer.Write(image.Text);
        writer.Write7BitEncodedInt(image.Parameters.Length);
        foreach (KernelParameter parameter in image.Parameters)
        {
            Write(writer, parameter);
        }

        writer.Write7BitEncodedInt(image.ArgumentBytes);
        writer.Write7BitEncodedInt(image.StaticSharedBytes);
        writer.Write7BitEncodedInt(image.LocalBytes);
        writer.Write(image.UsesDynamicShared);
        writer.Write(image.UsesBarriers);
        writer.Write(image.AssumesNoAlias);
        writer.Write(image.AssumesInt32Positions);
        writer.Write7BitEncodedInt(image.PromisedLengths.Length);
        foreach (KernelParameter length in image.PromisedLengths)
        {
            Write(writer, length);
        }

        return bytes.ToArray();
    }

    /// <summary>The image, or null if what it was made from has changed.</summary>
    /// <exception cref="IOException">The bytes are no entry.</exception>
    public static KernelImage? Read(byte[] entry, KernelRequest request)
    {
        using var reader = new BinaryReader(new MemoryStream(entry, writable: false));
        if (!ImageDependencies.ReadAndCompare(reader, request.Method.Module))
        {
            return null;
        }

        ParameterInfo[] declared = request.Method.GetParameters();
        return new KernelImage
        {
            Target = request.Target,
            ImplicitlyGrouped = request.ImplicitlyGrouped,
            EntryPoint = reader.ReadString(),
            IndexDimensions = reader.Read7BitEncodedInt(),
            Text = reader.ReadString(),
            Parameters = ReadParameters(reader, declared),
            ArgumentBytes = reader.Read7BitEncodedInt(),
            StaticSharedBytes = reader.Read7BitEncodedInt(),
            LocalBytes = reader.Read7BitEncodedInt(),
            UsesDynamicShared = reader.ReadBoolean(),
            UsesBarriers = reader.ReadBoolean(),
            AssumesNoAlias = reader.ReadBoolean(),
            AssumesInt32Positions = reader.ReadBoolean(),
            PromisedLengths = ReadParameters(reader, declared),
        };
    }

    private static void Write(BinaryWriter writer, KernelParameter parameter)
    {
        writer.Write((byte)parameter.Kind);
        writer.Write((byte)parameter.Type);
        writer.Write(parameter.IsReadOnly);
        writer.Write7BitEncodedInt(parameter.Argument + 1);
        writer.Write7BitEncodedInt(parameter.Path.Length);
        foreach (FieldInfo field in parameter.Path)
        {
            writer.Write(field.Name);
        }

        writer.Write7BitEncodedInt(parameter.Component);
        writer.Write7BitEncodedInt(parameter.Offset);
        writer.Write7BitEncodedInt(parameter.Alignment);
        writer.Write7BitEncodedInt(parameter.VectorAlignment);
    }

    private static ImmutableArray<KernelParameter> ReadParameters(BinaryReader reader, ParameterInfo[] declared)
    {
        var parameters = new KernelParameter[reader.Read7BitEncodedInt()];
        for (int i = 0; i < parameters.Length; i++)
        {
            parameters[i] = ReadParameter(reader, declared);
        }

        return ImmutableArray.Create(parameters);
    }

    private static KernelParameter ReadParameter(BinaryReader reader, ParameterInfo[] declared)
    {
        var kind = (KernelParameterKind)reader.ReadByte();
        var type = (MemoryType)reader.ReadByte();
        bool isReadOnly = reader.ReadBoolean();
        int argument = reader.Read7BitEncodedInt() - 1;
        var path = new FieldInfo[reader.Read7BitEncodedInt()];
        Type? owner = path.Length > 0 ? declared[argument].ParameterType : null;
        for (int i = 0; i < path.Length; i++)
        {
            string name = reader.ReadString();
            path[i] = owner!.GetField(name, InstanceFields) ?? throw new IOException($"'{owner}' has no field '{name}'.");
            owner = path[i].FieldType;
        }

        int component = reader.Read7BitEncodedInt();
        int offset = reader.Read7BitEncodedInt();
        int alignment = reader.Read7BitEncodedInt();
        return new(kind, argument, ImmutableArray.Create(path), type, component, offset, isReadOnly, alignment)
        {
            VectorAlignment = reader.Read7BitEncodedInt(),
        };
    }
}
