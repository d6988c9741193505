using Google.Protobuf;
using IlgpuGan.Tensors.Formats.Onnx.Proto;
using static IlgpuGan.Tensors.Formats.Onnx.Proto.AttributeProto.Types;

namespace IlgpuGan.Tensors.Formats.Onnx;

/// <summary>An attribute of a node, such as <c>OnnxAttribute.Integers("strides", 2, 2)</c>.</summary>
public readonly struct OnnxAttribute
{
    private OnnxAttribute(AttributeProto proto) => Proto = proto;

    internal AttributeProto Proto { get; }

    public static OnnxAttribute Integer(string name, long value) =>
        new(new AttributeProto { Name = name, Type = AttributeType.Int, I = value });

    public static OnnxAttribute Float(string name, float value) =>
        new(new AttributeProto { Name = name, Type = AttributeType.Float, F = value });

    public static OnnxAttribute Text(string name, string value) =>
        new(new AttributeProto { Name = name, Type = AttributeType.String, S = ByteString.CopyFromUtf8(value) });

    public static OnnxAttribute Integers(string name, params ReadOnlySpan<long> values)
    {
        var proto = new AttributeProto { Name = name, Type = AttributeType.Ints };
        foreach (var value in values)
        {
            proto.Ints.Add(value);
        }
        return new(proto);
    }
}
