namespace IlgpuGan.Tensors.Formats;

/// <summary>Element type of a stored array. The names are those of the safetensors format.</summary>
public enum ElementType
{
    Bool,
    U8,
    I8,
    U16,
    I16,
    U32,
    I32,
    U64,
    I64,
    F16,
    BF16,
    F32,
    F64,
}

internal static class ElementTypes
{
    extension(ElementType type)
    {
        /// <summary>Bytes of one element.</summary>
        public int Size => type switch
        {
            ElementType.Bool or ElementType.U8 or ElementType.I8 => 1,
            ElementType.U16 or ElementType.I16 or ElementType.F16 or ElementType.BF16 => 2,
            ElementType.U32 or ElementType.I32 or ElementType.F32 => 4,
            ElementType.U64 or ElementType.I64 or ElementType.F64 => 8,
            _ => throw new ArgumentOutOfRangeException(nameof(type), type, "not an element type"),
        };

        public bool IsFloat => type is ElementType.F16 or ElementType.BF16 or ElementType.F32 or ElementType.F64;
    }
}
