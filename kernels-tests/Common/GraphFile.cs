using Google.Protobuf;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Formats.Onnx;
using IlgpuGan.Tensors.Formats.Onnx.Proto;
using static IlgpuGan.Tensors.Formats.Onnx.Proto.AttributeProto.Types;

namespace IlgpuGan.TestsCommon;

/// <summary>Builds ONNX models with any operator set, valid or not, including what the exporter would not write.</summary>
internal sealed class GraphFile(int operatorSet = 17)
{
    /// <summary>ONNX's numbers of element types.</summary>
    public const int Floats32 = 1, Bytes = 2;

    public GraphProto Graph { get; } = new() { Name = "graph" };

    public ModelProto Model => new()
    {
        IrVersion = 8, Graph = Graph, OpsetImport = { new OperatorSetIdProto { Domain = "", Version = operatorSet } },
    };

    /// <param name="shape">The extents; 0 for a free one.</param>
    public GraphFile Input(string name, params ReadOnlySpan<int> shape) => InputOf(Floats32, name, shape);

    /// <inheritdoc cref="Input"/>
    public GraphFile InputOf(int type, string name, params ReadOnlySpan<int> shape)
    {
        var extents = new TensorShapeProto();
        foreach (var extent in shape)
        {
            extents.Dim.Add(extent > 0
                ? new TensorShapeProto.Types.Dimension { DimValue = extent }
                : new TensorShapeProto.Types.Dimension { DimParam = "free" });
        }

        Graph.Input.Add(new ValueInfoProto
        {
            Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = type, Shape = extents } },
        });
        return this;
    }

    public GraphFile Constant(NamedArray array)
    {
        var tensor = Tensor(array);
        tensor.Name = array.Name;
        Graph.Initializer.Add(tensor);
        return this;
    }

    public GraphFile IntegerConstant(string name, params long[] values) => Constant(NamedArray.From(name, [values.Length], values));

    /// <summary>A node named after its operator.</summary>
    public GraphFile Node(
        string operation, IEnumerable<string> inputs, IEnumerable<string> outputs, params IEnumerable<AttributeProto> attributes)
    {
        Graph.Node.Add(new NodeProto
        {
            OpType = operation, Name = $"the {operation}", Input = { inputs }, Output = { outputs }, Attribute = { attributes },
        });
        return this;
    }

    public GraphFile Output(string name, int type = Floats32)
    {
        var of = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = type } };
        Graph.Output.Add(new ValueInfoProto { Name = name, Type = type == Floats32 ? null : of });
        return this;
    }

    public string Save(string file = "graph.onnx") => TestFiles.Write(file, Model.ToByteArray());

    public static AttributeProto Of(string name, long value) => new() { Name = name, Type = AttributeType.Int, I = value };

    public static AttributeProto Of(string name, float value) => new() { Name = name, Type = AttributeType.Float, F = value };

    public static AttributeProto Of(string name, string value) =>
        new() { Name = name, Type = AttributeType.String, S = ByteString.CopyFromUtf8(value) };

    public static AttributeProto Integers(string name, params long[] values) =>
        new() { Name = name, Type = AttributeType.Ints, Ints = { values } };

    public static AttributeProto Floats(string name, params float[] values) =>
        new() { Name = name, Type = AttributeType.Floats, Floats = { values } };

    public static AttributeProto Of(string name, NamedArray value) =>
        new() { Name = name, Type = AttributeType.Tensor, T = Tensor(value) };

    private static TensorProto Tensor(NamedArray array) => new()
    {
        DataType = OnnxTypes.Number(array.Type), Dims = { array.Shape }, RawData = ByteString.CopyFrom(array.Bytes.Span),
    };
}
