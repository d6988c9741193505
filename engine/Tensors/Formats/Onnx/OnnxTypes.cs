namespace IlgpuGan.Tensors.Formats.Onnx;

/// <summary>Element types and their numbers in ONNX's TensorProto.DataType.</summary>
internal static class OnnxTypes
{
    private static readonly (int Number, ElementType Type)[] s_table =
    [
        (1, ElementType.F32), (2, ElementType.U8), (3, ElementType.I8), (4, ElementType.U16), (5, ElementType.I16),
        (6, ElementType.I32), (7, ElementType.I64), (9, ElementType.Bool), (10, ElementType.F16), (11, ElementType.F64),
        (12, ElementType.U32), (13, ElementType.U64), (16, ElementType.BF16),
    ];

    public static int Number(ElementType type) => Array.Find(s_table, row => row.Type == type).Number;

    public static ElementType? Find(int number)
    {
        foreach (var row in s_table)
        {
            if (row.Number == number)
            {
                return row.Type;
            }
        }

        return null;
    }
}
