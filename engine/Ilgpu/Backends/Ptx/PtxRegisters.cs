using System.Text;
using ILGPU.IR;

namespace ILGPU.Backends.Ptx;

/// <summary>Gives values virtual registers, numbered by kind in order of first use. The assembler allocates the real ones.</summary>
internal sealed class PtxRegisters(Func<Value, bool> isNarrowPointer)
{
    private readonly Dictionary<Value, VirtualRegister> _registers = [];
    private readonly int[] _counts = new int[Enum.GetValues<VirtualRegisterKind>().Length];

    /// <summary>The register that holds a value.</summary>
    public VirtualRegister Of(Value value)
    {
        if (!_registers.TryGetValue(value, out var register))
        {
            var isNarrow = value.Type == IrType.Pointer && isNarrowPointer(value);
            _registers.Add(value, register = New(isNarrow ? VirtualRegisterKind.Bits32 : KindOf(value.Type)));
        }

        return register;
    }

    /// <summary>Lets a value share a register that another instruction filled.</summary>
    public void Share(Value value, VirtualRegister register) => _registers[value] = register;

    /// <summary>A fresh register.</summary>
    public VirtualRegister New(VirtualRegisterKind kind) => new(kind, _counts[(int)kind]++);

    public static VirtualRegisterKind KindOf(IrType type) => type switch
    {
        IrType.Bool => VirtualRegisterKind.Predicate,
        IrType.Int32 => VirtualRegisterKind.Bits32,
        IrType.Float32 => VirtualRegisterKind.Float32,
        IrType.Float64 => VirtualRegisterKind.Float64,
        _ => VirtualRegisterKind.Bits64,
    };

    public string Declarations()
    {
        var text = new StringBuilder();
        foreach (var kind in Enum.GetValues<VirtualRegisterKind>())
        {
            if (_counts[(int)kind] > 0)
            {
                text.Append($"    .reg .{VirtualRegister.TypeOf(kind)} {VirtualRegister.PrefixOf(kind)}<{_counts[(int)kind]}>;\n");
            }
        }

        return text.ToString();
    }
}
