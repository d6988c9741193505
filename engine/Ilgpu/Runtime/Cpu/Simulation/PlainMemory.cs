using System.Reflection.Emit;
using ILGPU.IR;

namespace ILGPU.Runtime.CPU.Simulation;

/// <summary>The instructions of IL that read and write a scalar of memory.</summary>
internal static class PlainMemory
{
    public static OpCode Load(MemoryType type) => type switch
    {
        MemoryType.Int8 => OpCodes.Ldind_I1,
        MemoryType.UInt8 => OpCodes.Ldind_U1,
        MemoryType.Int16 => OpCodes.Ldind_I2,
        MemoryType.UInt16 => OpCodes.Ldind_U2,
        MemoryType.Int32 => OpCodes.Ldind_I4,
        MemoryType.Float32 => OpCodes.Ldind_R4,
        MemoryType.Float64 => OpCodes.Ldind_R8,
        _ => OpCodes.Ldind_I8,
    };

    public static OpCode Store(MemoryType type) => type switch
    {
        MemoryType.Int8 or MemoryType.UInt8 => OpCodes.Stind_I1,
        MemoryType.Int16 or MemoryType.UInt16 => OpCodes.Stind_I2,
        MemoryType.Int32 => OpCodes.Stind_I4,
        MemoryType.Float32 => OpCodes.Stind_R4,
        MemoryType.Float64 => OpCodes.Stind_R8,
        _ => OpCodes.Stind_I8,
    };
}
