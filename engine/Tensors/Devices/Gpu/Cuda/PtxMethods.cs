using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using ILGPU;
using ILGPU.Backends.PTX;
using ILGPU.Frontend;
using ILGPU.Frontend.Intrinsic;
using ILGPU.IR;
using ILGPU.IR.Intrinsics;
using ILGPU.IR.Types;
using ILGPU.IR.Values;
using ILGPU.Runtime.Cuda;
using IlgpuGan.Tensors.Devices.Gpu.ChannelsLast;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;
using HardwareRegister = ILGPU.Backends.RegisterAllocator<ILGPU.Backends.PTX.PTXRegisterKind>.HardwareRegister;
using CompoundRegister = ILGPU.Backends.RegisterAllocator<ILGPU.Backends.PTX.PTXRegisterKind>.CompoundRegister;
using PrimitiveRegister = ILGPU.Backends.RegisterAllocator<ILGPU.Backends.PTX.PTXRegisterKind>.PrimitiveRegister;
using Register = ILGPU.Backends.RegisterAllocator<ILGPU.Backends.PTX.PTXRegisterKind>.Register;

namespace IlgpuGan.Tensors.Devices.Gpu.Cuda;

/// <summary>Compiles calls of methods with a <see cref="PtxAttribute"/> to its PTX.</summary>
internal static partial class PtxMethods
{
    private static readonly CudaArchitecture s_sm80 = new(8, 0);

    /// <summary>The intrinsic managers of contexts that compile for CUDA.</summary>
    private static readonly ConditionalWeakTable<IntrinsicImplementationManager, object?> s_managers = [];

    static PtxMethods()
    {
        var always = ((Func<bool>)Always).Method;
        RemappedIntrinsics.AddRemapping(
            typeof(PtxMethods).GetProperty(nameof(AreSupported))!.GetMethod!,
            (ref InvocationContext call) =>
                call.Method = s_managers.TryGetValue(call.Context.Context.GetIntrinsicManager(), out _) ? always : call.Method);
    }

    /// <summary>
    /// Whether a kernel is compiled for CUDA and may call such methods. A constant within kernels: the branch for other devices is removed
    /// before the back end sees it.
    /// </summary>
    public static bool AreSupported => false;

    /// <summary>Registers the methods for all kernels of a context, which must compile for CUDA only.</summary>
    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "Methods that no kernel calls may be trimmed.")]
    public static Context.Builder PtxInstructions(this Context.Builder builder)
    {
        const BindingFlags Declared = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        var intrinsics = builder.GetIntrinsicManager();
        s_managers.Add(intrinsics, value: null);
        foreach (var type in (Type[])[typeof(TensorCores), typeof(CudaAsyncCopy), typeof(DeviceAddress), typeof(SharedAddress)])
        {
            foreach (var method in type.GetMethods(Declared).Where(method => method.IsDefined(typeof(PtxAttribute))))
            {
                intrinsics.RegisterMethod(
                    method, new PTXIntrinsic(typeof(PtxMethods), nameof(Write), IntrinsicImplementationMode.GenerateCode));
            }
        }

        return builder;
    }

    private static bool Always() => true;

    /// <summary>The exception that the C# body of such a method throws.</summary>
    public static NotSupportedException Elsewhere() => new("this method is an instruction of CUDA kernels and can't be called elsewhere");

    private static void Write(PTXBackend backend, PTXCodeGenerator code, Value value)
    {
        var call = (MethodCall)value;
        var form = call.Target.Source.GetCustomAttribute<PtxAttribute>()!;
        var operands = new List<(HardwareRegister Register, bool IsGeneric)>();
        if (!call.Type.IsVoidType)
        {
            Add(code.Allocate(call), isGeneric: false);
        }

        for (var i = 0; i < call.Count; i++)
        {
            Add(code.Load(call[i]), call[i].Type is PointerType { AddressSpace: MemoryAddressSpace.Generic });
        }

        // A generic address is converted to its space by a separate instruction, which the assembler removes if it came from that space.
        var template = backend.Architecture < s_sm80 && form.BeforeSm80 is { } other ? other : form.Text;
        var text = Operand().Replace(template, match =>
        {
            var (register, isGeneric) = operands[int.Parse(match.Groups["number"].ValueSpan, CultureInfo.InvariantCulture)];
            return "%" + PTXRegisterAllocator.GetStringRepresentation(
                isGeneric && match.Groups["space"] is { Length: > 0 } space ? In(code, space.Value, register) : register);
        });
        if (text.Length > 0)
        {
            code.Builder.Append('\t').AppendLine(text);
        }

        void Add(Register register, bool isGeneric)
        {
            if (register is CompoundRegister compound)
            {
                foreach (var child in compound.Children)
                {
                    Add(child, isGeneric: false);
                }
            }
            else
            {
                operands.Add((code.EnsureHardwareRegister((PrimitiveRegister)register), isGeneric));
            }
        }
    }

    private static HardwareRegister In(PTXCodeGenerator code, string space, HardwareRegister generic)
    {
        var address = code.AllocatePlatformRegister(out _);
        using var command = code.BeginCommand($"cvta.to.{space}.u64");
        command.AppendArgument(address);
        command.AppendArgument(generic);
        return address;
    }

    [GeneratedRegex("%(?<space>shared|global)?(?<number>[0-9]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Operand();
}
